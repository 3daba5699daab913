// SPDX-License-Identifier: Apache-2.0
// One event per line on stderr, logfmt or JSON. Never blocks: when the reader is gone or full the line is dropped and
// counted. Thread safe. Values are escaped, so that nothing from outside can forge a line. Callers pass no secrets. The
// process must ignore SIGPIPE.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>

#include "core/config.h"

namespace taara {

struct LogField {
  std::string_view key;
  std::string value;
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, std::int64_t v) : key(k), value(std::to_string(v)) {}
};

class Log {
 public:
  // The clock and the descriptor must outlive the log.
  Log(const Clock& clock, int fd, LogLevel level, LogFormat format)
      : clock_(clock), fd_(fd), level_(level), format_(format) {}

  // `message` is a fixed sentence; everything that varies is a field.
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});
  void set(LogLevel level, LogFormat format) {
    level_ = level;
    format_ = format;
  }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  const Clock& clock_;
  int fd_;
  std::atomic<LogLevel> level_;
  std::atomic<LogFormat> format_;
  std::atomic<std::uint64_t> dropped_{0};
  std::mutex writing_;
};

}  // namespace taara
