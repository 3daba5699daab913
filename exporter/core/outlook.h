// SPDX-License-Identifier: Apache-2.0
// What is to come, from where the household stands and what has been learned of it. Pure. What can't be known is
// absent.
#pragma once

#include <array>

#include "core/habits.h"

namespace taara {

struct Position {
  Time time;                         // of the last reading
  double used = 0;                   // in this cycle, bytes
  std::optional<double> allocation;  // absent: unlimited, or unknown
  std::optional<Time> cycle_start;
  std::optional<Time> cycle_end;
  std::optional<double> used_today;
  std::optional<Time> today_since;  // from when today's use is counted: the first reading on a first day
  const date::time_zone* zone = nullptr;
};

[[nodiscard]] Position position_of(const LedgerState& book, const Household& household);

enum class Quantile { p10, p50, p90 };
inline constexpr std::array<std::string_view, 3> kQuantileNames{"p10", "p50", "p90"};

struct Outlook {
  std::optional<Predictive> cycle_used;           // final use of the cycle; never below what is used already
  std::optional<double> crossing_probability;     // of the cap
  std::array<std::optional<Time>, 3> exhaustion;  // by Quantile; absent when the data lasts
  std::optional<Time> lasts_until;                // the cycle's end, where safe time ends for a level that lasts
  std::optional<Bytes> headroom;
  std::optional<double> efficiency;
  std::optional<Bytes> typical_day;
  std::optional<double> trend;  // last 7 days over a usual week

  // From `now` until the data is gone at that level's pace, or the cycle ends.
  [[nodiscard]] std::optional<seconds> safe_time(Quantile level, Time now) const;
};

inline constexpr double kHeadroomRisk = 0.1;  // probability of crossing the cap that a download may bring about

[[nodiscard]] Outlook look_ahead(const Position& position, const Habits& habits);

// What the day that is now running may come to, as known at its start; absent while no day is known.
[[nodiscard]] std::optional<Predictive> day_ahead(const Habits& habits, const Day& day, const date::time_zone& zone);

// What habit says was used between two moments; absent while nothing is learned.
[[nodiscard]] std::optional<Bytes> estimate_between(const Habits& habits, const date::time_zone& zone, Time from,
                                                    Time until);

}  // namespace taara
