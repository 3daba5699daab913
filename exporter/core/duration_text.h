// SPDX-License-Identifier: Apache-2.0
// Spans of time in words. A pace is a whole number directly followed by its unit: 90s, 10m, 1h. How long to keep
// something may also be said as "30 days" or "12 months".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace taara {

// Units ms, s, m, h, d. Nothing where the text is anything else: no bare number, no space, no sign, no fraction. At
// most nine digits, so that nothing overflows.
[[nodiscard]] std::optional<milliseconds> parse_duration(std::string_view text);

// "30d", "1 day", "30 days", "1 month", "12 months". A month counts 30.5 days, rounded up to a whole day: 12 months are
// 366 days, so that a whole leap year is kept.
[[nodiscard]] std::optional<std::chrono::days> parse_retention(std::string_view text);

// As parse_duration reads it, in the largest unit that is exact; hours up to two days.
[[nodiscard]] std::string duration_text(milliseconds duration);

}  // namespace taara
