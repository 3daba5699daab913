// SPDX-License-Identifier: Apache-2.0
// How far what is to come may lie from the level: from the days' own scatter, from how well the level is known, from
// how levels drift, and from how wrong this household's own forecasts have been. docs/forecast.md has the formulas.
#pragma once

#include <array>
#include <deque>

#include "core/level.h"
#include "core/predictive.h"

namespace taara {

// The parts of the variance of `n` days to come: n * noise + n * n * (standing + n * drift).
struct Scatter {
  double mean = 0;
  double noise = 0;
  double standing = 0;
  double drift = 0;

  [[nodiscard]] double variance(double days) const { return days * noise + days * days * (standing + days * drift); }
};

[[nodiscard]] Scatter scatter_of(const Level& level);

inline constexpr std::array<std::size_t, 4> kHorizons{3, 7, 14, 28};  // days

// How a band is stretched on either side of its middle; a variance counts this many times.
struct Stretching {
  double below = 1;
  double above = 1;
};

// The household's own errors, squared and over what was expected, per horizon; newer ones weigh more. Those where less
// came than was forecast shape the lower half of the band, those where more came the upper one.
struct OwnErrors {
  std::array<double, kHorizons.size()> below{};
  std::array<double, kHorizons.size()> above{};
  std::array<double, kHorizons.size()> weights{};
  std::deque<Scatter> past;  // as forecast at the end of each of the last 28 days, newest last; mean < 0: none was made

  // About 1; less where forecasts were better than the formulas expect, more where they were worse.
  [[nodiscard]] Stretching factor(double days) const;
};

// A day has ended: what was forecast 3, 7, 14 and 28 days ago is compared with `days` (newest last, this one included).
void grade(OwnErrors& errors, std::span<const float> days, const Level& level);

// What `units` ordinary days' worth of use, spread over `days` days, may come to. `widening` stretches the band.
[[nodiscard]] Predictive predict(const Level& level, const OwnErrors& errors, double units, double days,
                                 double widening);

}  // namespace taara
