// SPDX-License-Identifier: Apache-2.0
#include "core/weekday_habit.h"

#include <algorithm>
#include <cstddef>

namespace taara {
namespace {

constexpr std::size_t kLongest = 84;  // days: twelve weeks
constexpr double kFreak = 3;          // a day counts as at most three times its week's mean
constexpr double kFewest = 21;        // days with a whole week around them
constexpr double kStrictness = 2;     // times what chance alone would make the weekdays differ

struct Sums {
  double count = 0;
  double sum = 0;
  double squares = 0;
};

}  // namespace

std::array<double, 7> weekday_habit(std::span<const float> days, unsigned newest_weekday) {
  std::array<double, 7> factors;
  factors.fill(1);
  const std::size_t span = std::min(days.size(), kLongest);
  const auto recent = days.last(span);
  std::array<Sums, 7> weekdays;
  double count = 0;
  for (std::size_t i = 3; i + 3 < span; ++i) {
    double week = 0;
    bool whole = true;
    for (std::size_t j = i - 3; j <= i + 3; ++j) {
      whole = whole && recent[j] >= 0;
      week += static_cast<double>(recent[j]);
    }
    if (!whole || !(week > 0)) continue;
    const double ratio = std::min(kFreak, static_cast<double>(recent[i]) * 7 / week);
    Sums& sums = weekdays[(newest_weekday + 7 * kLongest - (span - 1 - i)) % 7];
    sums.count += 1;
    sums.sum += ratio;
    sums.squares += ratio * ratio;
    count += 1;
  }
  if (count < kFewest || std::any_of(weekdays.begin(), weekdays.end(), [](const Sums& s) { return s.count < 2; }))
    return factors;

  std::array<double, 7> means;
  double grand = 0;
  double within = 0;
  double inverse_counts = 0;
  for (std::size_t day = 0; day < 7; ++day) {
    const Sums& sums = weekdays[day];
    means[day] = sums.sum / sums.count;
    grand += means[day] / 7;
    within += std::max(0.0, sums.squares - sums.sum * means[day]);
    inverse_counts += 1 / sums.count / 7;
  }
  const double noise = within / (count - 7);  // variance of one day around its weekday
  double between = 0;
  for (const double mean : means) between += (mean - grand) * (mean - grand) / 6;
  const double real = between - kStrictness * noise * inverse_counts;
  if (!(real > 0)) return factors;

  double total = 0;
  for (std::size_t day = 0; day < 7; ++day) {
    const double trust = real / (real + noise / weekdays[day].count);
    factors[day] = 1 + trust * (means[day] - 1);
    total += factors[day];
  }
  for (double& factor : factors) factor *= 7 / total;
  return factors;
}

}  // namespace taara
