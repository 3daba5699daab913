// SPDX-License-Identifier: Apache-2.0
#include "core/hour_habit.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/median.h"

namespace taara {
namespace {

constexpr float kForget = 0.0483F;        // of an hour of the day, each day: half-life 14 days
constexpr float kFreak = 5;               // an hour counts as at most five times what is usual
constexpr double kEvenDays = 3;           // so many days of even use are mixed in
constexpr std::size_t kFewestOfWeek = 3;  // values of this very hour of the week before it speaks for itself
constexpr std::size_t kFewestOfDay = 5;   // values of this hour of the day before anything is said
constexpr double kMadToDeviation = 1.4826;
constexpr double kLeastSpread = 0.1;  // of the usual: habits are never more exact than that
constexpr double kLeastSpreadBytes = 50e6;

// What a known hour takes on average; 0 while none is known.
double mean_of_known(const HourHabits& habits) {
  double sum = 0;
  double known = 0;
  for (std::size_t hour = 0; hour < habits.means.size(); ++hour) {
    if (habits.counts[hour] == 0) continue;
    sum += static_cast<double>(habits.means[hour]);
    known += 1;
  }
  return known > 0 ? sum / known : 0;
}

UnusualUse compare(const HourHabits& habits, unsigned weekday, unsigned hour, Time end, Bytes used) {
  UnusualUse result{.end = end, .used = used, .usual = std::nullopt, .score = std::nullopt};
  std::array<double, 7 * kWeeksOfHours> values{};
  std::size_t count = 0;
  std::array<double, 7> usual_of{};  // each weekday's own median at this hour
  for (std::size_t day = 0; day < 7; ++day) {
    const HourOfWeek& cell = habits.week[day * 24 + hour];
    for (std::size_t i = 0; i < cell.count; ++i) values[count++] = 1e6 * cell.megabytes[i];
    if (cell.count > 0) usual_of[day] = median_of(std::span(values).subspan(count - cell.count, cell.count));
  }
  if (count < kFewestOfDay) return result;
  std::array<double, 7 * kWeeksOfHours> off{};
  std::size_t k = 0;
  for (std::size_t day = 0; day < 7; ++day) {
    const HourOfWeek& cell = habits.week[day * 24 + hour];
    for (std::size_t i = 0; i < cell.count; ++i) off[k++] = std::abs(1e6 * cell.megabytes[i] - usual_of[day]);
  }
  const bool own = habits.week[weekday * 24 + hour].count >= kFewestOfWeek;
  const double usual = own ? usual_of[weekday] : median_of(std::span(values).first(count));
  if (!own)
    for (std::size_t i = 0; i < count; ++i) off[i] = std::abs(values[i] - usual);
  const double spread =
      std::max({kMadToDeviation * median_of(std::span(off).first(count)), kLeastSpread * usual, kLeastSpreadBytes});
  result.usual = Bytes{static_cast<std::int64_t>(usual)};
  result.score = (static_cast<double>(used.count) - usual) / spread;
  return result;
}

}  // namespace

void learn_hour(HourHabits& habits, unsigned weekday, unsigned hour, Time end, Bytes used) {
  habits.last = compare(habits, weekday, hour, end, used);
  HourOfWeek& cell = habits.week[weekday * 24 + hour];
  std::copy_backward(cell.megabytes.begin(), cell.megabytes.end() - 1, cell.megabytes.end());
  cell.megabytes[0] = static_cast<std::uint16_t>(std::clamp<std::int64_t>(used.count / 1'000'000, 0, 65535));
  cell.count = static_cast<std::uint8_t>(std::min<std::size_t>(cell.count + 1U, kWeeksOfHours));

  float& mean = habits.means[hour];
  std::uint16_t& count = habits.counts[hour];
  const auto day = static_cast<float>(mean_of_known(habits));
  float value = static_cast<float>(std::max<std::int64_t>(0, used.count));
  if (count >= kFewestOfDay) value = std::min(value, kFreak * std::max(mean, day));
  if (count < 1000) ++count;
  mean += std::max(kForget, 1 / static_cast<float>(count)) * (value - mean);
}

HourHabit hour_shares(const HourHabits& habits) {
  HourHabit shares;
  const double day = mean_of_known(habits);
  double total = 0;
  for (std::size_t hour = 0; hour < shares.size(); ++hour) {
    const double known = std::min<double>(habits.counts[hour], 28);
    const double mean = day > 0 ? static_cast<double>(habits.means[hour]) / day : 1;
    shares[hour] = (known * mean + kEvenDays) / (known + kEvenDays);
    total += shares[hour];
  }
  for (double& share : shares) share /= total;
  return shares;
}

}  // namespace taara
