// SPDX-License-Identifier: Apache-2.0
// What a household uses on a day, from the days that are known: the level, how sure it is, whether it has shifted, and
// the habits of the weekdays. Pure; docs/forecast.md explains every number in it.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace taara {

// A day that nothing is known of.
[[nodiscard]] constexpr bool is_known(float day) { return day >= 0; }
inline constexpr float kUnknownDay = -1;

struct Level {
  std::size_t known = 0;       // days that entered
  double mean = 0;             // bytes a day, weekdays evened out
  double variance = 0;         // of days around it
  double days = 0;             // how many days' worth the variance rests on
  double weight_squares = 0;   // of the mean's weights: 1/n for n even ones
  double age = 0;              // mean age of the days in the mean
  double largest = 0;          // of the last 28 known days
  double typical = 0;          // median of the last 28 known days, weekdays evened out
  double shift = 0;            // how many standard errors the best split lies apart; from 4 on older days count less
  std::size_t shift_days = 0;  // known days since the split
  std::array<double, 7> weekday{1, 1, 1, 1, 1, 1, 1};  // Sunday first; their mean is 1
};

// `days` are consecutive, newest last, kUnknownDay where unknown; `newest_weekday` is the last one's, 0 is Sunday.
[[nodiscard]] Level level_of(std::span<const float> days, unsigned newest_weekday);

}  // namespace taara
