// SPDX-License-Identifier: Apache-2.0
// Local days, hours and months of a time zone. Days and hours tile time: each begins where the one before ends, also
// where clocks change, where midnight doesn't exist and where a whole date is skipped.
#pragma once

#include <date/date.h>
#include <date/tz.h>

#include "core/config.h"
#include "core/time.h"

namespace taara {

struct LocalDay {
  date::local_days date;
  Time start;
  Time end;
};

struct LocalHour {
  Time start;
  Time end;
  unsigned hour = 0;  // 0-23 on the wall clock
};

// The first moment at which the local clock shows `local` or later: the later side of a gap, the first pass of a
// repeated hour.
[[nodiscard]] Time first_moment(const date::time_zone& zone, date::local_seconds local);

[[nodiscard]] LocalDay local_day(const date::time_zone& zone, Time time);
[[nodiscard]] LocalHour local_hour(const date::time_zone& zone, Time time);
[[nodiscard]] unsigned local_weekday(const date::time_zone& zone, Time time);  // 0 is Sunday

// From one moment to another in local days, a part of a day counted as the part that it is; 0 when `to` isn't later.
[[nodiscard]] double days_between(const date::time_zone& zone, Time from, Time to);

// When the monthly cycle of this month begins: plan.day at plan.at, the last day where the month is too short.
[[nodiscard]] Time monthly_boundary(const date::time_zone& zone, const Plan& plan, date::year_month month);
[[nodiscard]] Time boundary_at_or_before(const date::time_zone& zone, const Plan& plan, Time time);
[[nodiscard]] Time boundary_after(const date::time_zone& zone, const Plan& plan, Time time);

}  // namespace taara
