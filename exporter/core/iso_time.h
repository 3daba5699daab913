// SPDX-License-Identifier: Apache-2.0
// Times as the API writes them: ISO 8601 on the household's clock with its distance from UTC.
#pragma once

#include <date/tz.h>

#include <optional>
#include <string>

#include "core/time.h"

namespace taara {

// "2026-11-21T16:14:12+03:00"; "…Z" where `zone` is null. Nothing for times outside 1970 to 2199: no clock and no line
// shows them rightly.
[[nodiscard]] std::optional<std::string> iso_time(Time time, const date::time_zone* zone);

// "2026-11-21"
[[nodiscard]] std::string iso_date(date::local_days date);

}  // namespace taara
