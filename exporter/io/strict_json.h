// SPDX-License-Identifier: Apache-2.0
// A body from outside as JSON, or why not. Stricter than the library: duplicate keys are found (it lets the last one
// win), nesting and memory are bounded, an answer that was cut off is told apart from one that isn't JSON.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "core/reading.h"

namespace taara {

inline constexpr std::size_t kMaxBodyBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxJsonDepth = 32;
inline constexpr std::size_t kMaxJsonMemory = std::size_t{3} << 20;  // the value's; with the parser's own under 4 MiB

struct JsonFault {
  PollError kind;    // not_json, truncated, schema or too_large
  std::string what;  // position and reason, nothing of the content
};

using JsonResult = std::variant<boost::json::value, JsonFault>;

struct JsonLimits {
  std::size_t bytes = kMaxBodyBytes;
  std::size_t memory = kMaxJsonMemory;
};

[[nodiscard]] JsonResult parse_json(std::string_view body, const JsonLimits& limits = {});

// "a string", "a number" …: all that may be told about a value of which one doesn't know whether it is personal.
[[nodiscard]] std::string_view kind_of(const boost::json::value& value);

// One step of a JSON pointer, escaped.
[[nodiscard]] std::string pointer_step(std::string_view key);

// Null when there is nothing at the pointer, or it is malformed.
[[nodiscard]] const boost::json::value* find(const boost::json::value& root, std::string_view pointer);

// A member of an object; null when `value` is no object or has no such member.
[[nodiscard]] const boost::json::value* member(const boost::json::value& value, std::string_view key);

}  // namespace taara
