// SPDX-License-Identifier: Apache-2.0
// Writes JSON piece by piece, so that a long answer never sits in memory. What it writes is always well-formed where
// begins and ends match: numbers are finite (others become null), texts are valid UTF-8 (what isn't becomes U+FFFD).
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/bytes.h"

namespace taara {

class JsonWriter {
 public:
  // Takes the next piece; false when nobody wants more.
  using Sink = std::function<bool(std::string_view)>;
  explicit JsonWriter(Sink sink) : sink_(std::move(sink)) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void key(std::string_view name);

  void null() { literal("null"); }
  void value(bool truth) { literal(truth ? "true" : "false"); }
  void value(double number);
  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(Bytes bytes) { value(bytes.count); }
  template <std::integral Integer>
  void value(Integer number) {
    if constexpr (std::is_signed_v<Integer>)
      write_signed(number);
    else
      write_unsigned(number);
  }
  template <class Value>
  void value(const std::optional<Value>& maybe) {
    if (maybe)
      value(*maybe);
    else
      null();
  }

  template <class Value>
  void member(std::string_view name, const Value& content) {
    key(name);
    value(content);
  }
  void null_member(std::string_view name) {
    key(name);
    null();
  }

  // Hands on what is still held back.
  void finish();
  // False once the sink wanted no more.
  [[nodiscard]] bool wanted() const { return wanted_; }

 private:
  void begin(char bracket);
  void end(char bracket);
  void literal(std::string_view text);
  void before_value();
  void append_text(std::string_view text);
  void write_signed(std::int64_t number);
  void write_unsigned(std::uint64_t number);

  Sink sink_;
  std::string held_;
  bool comma_ = false;  // something stands before the next one
  bool wanted_ = true;
};

}  // namespace taara
