// SPDX-License-Identifier: Apache-2.0
// A history of use from outside (a file, the store's tables), and the habits that follow from it: the same as if the
// daemon had watched those days.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/calendar.h"
#include "core/habits.h"
#include "core/outlook.h"

namespace taara {

struct UsageInterval {
  Time start;
  Time end;
  double used = 0;  // bytes; what isn't known has no interval
};

struct PastDay {
  LocalDay day;
  std::optional<Bytes> used;  // absent: less than three quarters of it are covered; else scaled up to the whole
};

// The finished local days from the first to the last interval that ends by `until`. Intervals must be in order and not
// overlap.
[[nodiscard]] std::vector<PastDay> days_of(std::span<const UsageInterval> intervals, const date::time_zone& zone,
                                           Time until);

// Takes one more day into habits and record.
void replay_day(Habits& habits, const PastDay& day, const date::time_zone& zone);

// Days, hours and the record as they stand at `until`.
[[nodiscard]] Habits replay(std::span<const UsageInterval> intervals, const date::time_zone& zone, Time until);

// Where the household stands at `now` in the cycle from `start` to `end`, by the intervals alone.
[[nodiscard]] Position position_in(std::span<const UsageInterval> intervals, const date::time_zone& zone, Time start,
                                   Time end, Time now);

}  // namespace taara
