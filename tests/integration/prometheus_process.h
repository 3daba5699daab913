// SPDX-License-Identifier: Apache-2.0
// The real Prometheus as a child process on blocks that promtool made. It scrapes nothing.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "core/time.h"
#include "temp_dir.h"

namespace taara::test {

class PrometheusProcess {
 public:
  // Whether prometheus and promtool are installed; a test without them skips and says so.
  [[nodiscard]] static bool installed();

  // `history` is an OpenMetrics file. Fails the test where blocks can't be made of it or Prometheus isn't ready after
  // half a minute.
  explicit PrometheusProcess(const std::filesystem::path& history);
  ~PrometheusProcess();
  PrometheusProcess(const PrometheusProcess&) = delete;
  PrometheusProcess& operator=(const PrometheusProcess&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  // The value of the only series of the answer; absent where there is none.
  [[nodiscard]] std::optional<double> ask(const std::string& query, Time at) const;

 private:
  void start();
  [[nodiscard]] bool becomes_ready() const;

  TempDir dir_;
  std::string url_;
  pid_t pid_ = -1;
};

}  // namespace taara::test
