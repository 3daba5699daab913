// SPDX-License-Identifier: Apache-2.0
// What an amount may turn out to be: three quantiles, and everything between and beyond them. In the cube root of the
// amount the quantiles lie on two straight lines over the normal scale (Wilson and Hilferty: so does a gamma
// distribution's, nearly); that gives the long upper tail of data use and never anything below 0.
#pragma once

namespace taara {

inline constexpr double kTenthZ = 1.2815515655446004;  // the normal distribution's 90 % point

struct Predictive {  // bytes; 0 <= p10 <= p50 <= p90, finite
  double p10 = 0;
  double p50 = 0;
  double p90 = 0;

  // 0..1; a certain amount (all three equal) gives 0 or 1.
  [[nodiscard]] double probability_above(double amount) const;
};

struct Moments {
  double mean = 0;
  double variance_below = 0;   // of the band under the middle
  double variance_above = 0;   // and over it
  double middle_variance = 0;  // what draws the middle below the mean
};

[[nodiscard]] Predictive predictive_of(const Moments& moments);

}  // namespace taara
