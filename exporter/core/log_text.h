// SPDX-License-Identifier: Apache-2.0
// The words for log levels and formats, the same in the file and on the command line.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/config.h"

namespace taara {

inline constexpr std::array<std::string_view, 4> kLogLevelNames{"debug", "info", "warn", "error"};
inline constexpr std::array<std::string_view, 2> kLogFormatNames{"logfmt", "json"};
inline constexpr std::string_view kLogLevelAllowed = "debug, info, warn or error";
inline constexpr std::string_view kLogFormatAllowed = "logfmt or json";

[[nodiscard]] constexpr std::optional<LogLevel> log_level_named(std::string_view name) {
  for (std::size_t i = 0; i < kLogLevelNames.size(); ++i)
    if (kLogLevelNames.at(i) == name) return static_cast<LogLevel>(i);
  return std::nullopt;
}

[[nodiscard]] constexpr std::optional<LogFormat> log_format_named(std::string_view name) {
  for (std::size_t i = 0; i < kLogFormatNames.size(); ++i)
    if (kLogFormatNames.at(i) == name) return static_cast<LogFormat>(i);
  return std::nullopt;
}

}  // namespace taara
