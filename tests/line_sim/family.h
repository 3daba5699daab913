// SPDX-License-Identifier: Apache-2.0
// What a family of eight to ten would download on an 85 Mbit/s line: hour-of-day and day-of-week habits, a level that
// drifts over the months, days that differ, big downloads, one freak day and one holiday week a year.
// A pure function of seed, household number and time. Local time is UTC+3 without daylight saving.
#pragma once

#include <array>
#include <cstdint>

#include "core/time.h"

namespace taara::line_sim {

inline constexpr std::chrono::hours kLocalOffset{3};
inline constexpr std::int64_t kLineBytesPerSecond = 85'000'000 / 8;

// A well mixed 64-bit value for these four: the only source of chance in here.
[[nodiscard]] std::uint64_t chance(std::uint64_t seed, std::uint64_t household, std::uint64_t what, std::int64_t when);
[[nodiscard]] double chance_ratio(std::uint64_t seed, std::uint64_t household, std::uint64_t what,
                                  std::int64_t when);  // [0,1)

class Family {
 public:
  Family(std::uint64_t seed, unsigned household);

  // What would be used in the hour number `hour` since 1970 (UTC), if the line lets them.
  [[nodiscard]] std::int64_t hour_bytes(std::int64_t hour) const;
  // The same within [from, to). Additive: splitting the span anywhere gives the same sum.
  [[nodiscard]] std::int64_t bytes_between(Time from, Time to) const;

 private:
  struct DayMood {
    double level;  // bytes per hour of average habit
    double burst_bytes_per_hour;
    int burst_from;
    int burst_to;
  };
  [[nodiscard]] const DayMood& mood(std::int64_t local_day) const;
  [[nodiscard]] DayMood new_mood(std::int64_t local_day) const;
  [[nodiscard]] double drift(std::int64_t local_day) const;

  std::uint64_t seed_;
  std::uint64_t household_;
  double month_bytes_;
  double weekend_;
  std::array<double, 24> habit_{};  // by local hour, mean 1
  // The day that was asked for last, as hours are mostly asked for in order. Makes a Family one thread's own.
  mutable std::int64_t mood_day_ = INT64_MIN;
  mutable DayMood mood_{};
};

}  // namespace taara::line_sim
