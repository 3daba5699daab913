// SPDX-License-Identifier: Apache-2.0
// Times and durations as people and protocols write them.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"

namespace taara::line_sim {

// "2026-03-01", "2026-03-01T12:00:00Z" or seconds since 1970, within the times that the simulation accepts.
[[nodiscard]] Result<Time> parse_time(std::string_view text);
// "90", "90s", "10m", "1h", "30d".
[[nodiscard]] Result<seconds> parse_duration(std::string_view text);
[[nodiscard]] std::string iso_text(Time time);        // 2026-03-01T12:00:00.000Z
[[nodiscard]] std::string http_date_text(Time time);  // Sun, 01 Mar 2026 12:00:00 GMT
[[nodiscard]] std::string us_date_text(Time time);    // 03/01/2026, local

}  // namespace taara::line_sim
