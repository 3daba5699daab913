// SPDX-License-Identifier: Apache-2.0
// Times as lines and files write them: ISO 8601, "08/21/2025" and "27 days". Strict: what isn't understood whole is
// nothing.
#pragma once

#include <date/tz.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace taara {

struct TimeText {
  Time time;
  seconds resolution;  // 1 s, 60 s or a day: how much the text said
};

// 2025-08-21, 2025-08-21T09:12, …:33, ….123, each with a time also with Z or an offset; a space in place of the T.
// What names no zone is meant in `zone`; UTC when that is null. Years 1970 to 2199.
[[nodiscard]] std::optional<TimeText> parse_iso_time(std::string_view text, const date::time_zone* zone);

// 2025-08-21T09:12:33+03:00, in the zone. Reads back as the same moment.
[[nodiscard]] std::string iso_text(const date::time_zone& zone, Time time);

// MM/DD/YYYY.
[[nodiscard]] std::optional<date::year_month_day> parse_us_date(std::string_view text);

struct SpanText {
  seconds span;
  seconds resolution;  // a day or an hour
};

// "27 days", "1 day", "3 hours", "1 hour"; at most ten years.
[[nodiscard]] std::optional<SpanText> parse_span(std::string_view text);

}  // namespace taara
