// SPDX-License-Identifier: Apache-2.0
// How use is spread over a stretch of time: weekdays weigh as their habit says, and within a day the hours as theirs.
// One unit is an ordinary day's use.
#pragma once

#include <date/tz.h>

#include <array>

#include "core/time.h"

namespace taara {

using WeekdayHabit = std::array<double, 7>;  // Sunday first; mean 1
using HourHabit = std::array<double, 24>;    // of the local day; sum 1

struct Stretch {
  double units = 0;
  double days = 0;
};

// Nothing where `until` isn't later than `from`.
[[nodiscard]] Stretch stretch_between(const date::time_zone& zone, const WeekdayHabit& weekdays, const HourHabit& hours,
                                      Time from, Time until);

// When `units` have passed since `from`; `until` at the latest.
[[nodiscard]] Time time_after(const date::time_zone& zone, const WeekdayHabit& weekdays, const HourHabit& hours,
                              Time from, double units, Time until);

}  // namespace taara
