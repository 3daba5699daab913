// SPDX-License-Identifier: Apache-2.0
#include "core/level.h"

#include <algorithm>
#include <cmath>

#include "core/median.h"
#include "core/weekday_habit.h"

namespace taara {
namespace {

constexpr std::size_t kLongest = 182;  // days looked at; what is older has no weight left
constexpr std::size_t kHalf = 14;
constexpr std::size_t kWhole = 28;
constexpr std::size_t kShortestSide = 7;            // of a shift
constexpr double kWeekHalf = 0.90572366426390671;   // 0.5^(1/7)
constexpr double kMonthHalf = 0.97554917514577018;  // 0.5^(1/28)
constexpr double kShiftBegins = 4;                  // standard errors
constexpr double kShiftSure = 8;

using Days = std::array<double, kLongest>;  // [0] is the newest

struct Known {
  Days used{};  // of day `age`, weekdays evened out
  std::array<bool, kLongest> known{};
  std::array<std::size_t, kLongest> ages{};  // of the known days, newest first
  std::size_t span = 0;
  std::size_t count = 0;
};

// A quarter a week's half-life, a quarter the last 14 days, a half the last 28; over the first `count` known days.
void add_weights(const Known& days, std::size_t count, double share, Days& weights) {
  double recent = 0;
  std::size_t half = 0;
  std::size_t whole = 0;
  Days fading{};
  double fade = 1;
  std::size_t age = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (; age < days.ages[i]; ++age) fade *= kWeekHalf;
    fading[i] = fade;
    recent += fade;
    half += days.ages[i] < kHalf;
    whole += days.ages[i] < kWhole;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double week = fading[i] / recent;
    const double two = half == 0 ? week : days.ages[i] < kHalf ? 1 / static_cast<double>(half) : 0;
    const double four = whole == 0 ? week : days.ages[i] < kWhole ? 1 / static_cast<double>(whole) : 0;
    weights[i] += share * (week / 4 + two / 4 + four / 2);
  }
}

// The split of the last days into before and after that lies furthest apart, in square roots (a day's spread grows with
// its size).
void find_shift(const Known& days, Level& level) {
  constexpr std::size_t kSums = 2 * kWhole + 1;
  std::array<double, kSums> sums{};
  std::array<double, kSums> squares{};
  const std::size_t count = std::min(days.count, 2 * kWhole);
  for (std::size_t i = 0; i < count; ++i) {
    sums[i + 1] = sums[i] + std::sqrt(days.used[days.ages[i]]);
    squares[i + 1] = squares[i] + days.used[days.ages[i]];
  }
  for (std::size_t after = kShortestSide; after <= kWhole && after + kShortestSide <= count; ++after) {
    const std::size_t before = std::min(kWhole, count - after);
    const auto n = static_cast<double>(after);
    const auto m = static_cast<double>(before);
    const double mean_after = sums[after] / n;
    const double mean_before = (sums[after + before] - sums[after]) / m;
    const double within = (squares[after] - n * mean_after * mean_after) +
                          (squares[after + before] - squares[after] - m * mean_before * mean_before);
    const double error = within / (n + m - 2) * (1 / n + 1 / m);
    if (!(error > 0)) continue;
    const double apart = std::abs(mean_after - mean_before) / std::sqrt(error);
    if (apart > level.shift) {
      level.shift = apart;
      level.shift_days = after;
    }
  }
}

double median_of_newest(const Known& days) {
  std::array<double, kWhole> values{};
  const std::size_t count = std::min(days.count, kWhole);
  for (std::size_t i = 0; i < count; ++i) values[i] = days.used[days.ages[i]];
  return median_of(std::span(values).first(count));
}

}  // namespace

Level level_of(std::span<const float> history, unsigned newest_weekday) {
  Level level;
  level.weekday = weekday_habit(history, newest_weekday);
  Known days;
  days.span = std::min(history.size(), kLongest);
  for (std::size_t age = 0; age < days.span; ++age) {
    const float used = history[history.size() - 1 - age];
    if (!is_known(used)) continue;
    days.used[age] = static_cast<double>(used) / level.weekday[(newest_weekday + 7 * kLongest - age) % 7];
    days.ages[days.count++] = age;
    if (days.count <= kWhole) level.largest = std::max(level.largest, static_cast<double>(used));
  }
  level.known = days.count;
  if (days.count == 0) return level;

  find_shift(days, level);
  const double shifted = std::clamp((level.shift - kShiftBegins) / (kShiftSure - kShiftBegins), 0.0, 1.0);
  Days weights{};
  if (shifted < 1) add_weights(days, days.count, 1 - shifted, weights);
  if (shifted > 0) add_weights(days, level.shift_days, shifted, weights);
  for (std::size_t i = 0; i < days.count; ++i) {
    level.mean += weights[i] * days.used[days.ages[i]];
    level.weight_squares += weights[i] * weights[i];
    level.age += weights[i] * static_cast<double>(days.ages[i]);
  }

  double total = 0;
  double squares = 0;
  double fade = 1;
  std::size_t age = 0;
  for (std::size_t i = 0; i < days.count; ++i) {
    for (; age < days.ages[i]; ++age) fade *= kMonthHalf;
    const double off = days.used[days.ages[i]] - level.mean;
    level.variance += fade * off * off;
    total += fade;
    squares += fade * fade;
  }
  level.variance /= total;
  level.days = total * total / squares;
  level.typical = median_of_newest(days);
  return level;
}

}  // namespace taara
