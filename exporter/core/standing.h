// SPDX-License-Identifier: Apache-2.0
// What the book means right now: the answers that need no forecast. A pure function of the book and the moment.
// Whatever is not known is absent: never 0, never last month's.
#pragma once

#include "core/ledger.h"

namespace taara {

struct Standing {
  std::optional<Time> reading_time;
  std::optional<Bytes> resolution;
  std::optional<Bytes> allocation, used, remaining;
  std::optional<Bytes> usage_total;
  std::optional<Time> cycle_start, cycle_end;
  std::optional<Bytes> budget_today, used_today, left_today;  // left may be negative: over budget
  std::array<std::optional<Day>, 7> finished_days;            // [0] is yesterday; a day that is not known is absent
  std::optional<unsigned> peak_hour;                          // 0-23 local, of the last 7 days
  std::optional<unsigned> quiet_hour;                         // likewise; the first where several are equally quiet
  std::optional<unsigned> streak;
  std::optional<seconds> meter_unchanged;  // since the meter last moved
  Time day_start;                          // local midnight
  unsigned local_hour = 0;
  unsigned local_weekday = 0;  // 0 is Sunday, as in PromQL's day_of_week()
};

inline constexpr std::chrono::hours kMeasurementsKept{24};  // after that long without a reading they disappear

[[nodiscard]] Standing stand(const LedgerState& state, const Household& household, Time now);

// Usable readings over readings due in the last 24 hours; absent before the first poll was due.
[[nodiscard]] std::optional<double> data_quality(std::span<const Time> usable_readings, Time watching_since,
                                                 seconds interval, Time now);

}  // namespace taara
