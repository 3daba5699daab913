// SPDX-License-Identifier: Apache-2.0
#include "core/predictive.h"

#include <algorithm>
#include <cmath>

#include "core/steady_math.h"

namespace taara {
namespace {

constexpr double kLeastVariation = 0.01;
constexpr double kMostVariation = 3;

double gamma_quantile(double mean, double variation, double z) {
  const double cv = std::clamp(variation, 0.0, kMostVariation);
  const double root = std::max(0.0, 1 - cv * cv / 9 + z * cv / 3);
  return mean * root * root * root;
}

}  // namespace

double Predictive::probability_above(double amount) const {
  if (amount < 0) return 1;
  const double low = cube_root(p10);
  const double middle = cube_root(p50);
  const double high = cube_root(p90);
  const double at = cube_root(amount);
  const double side = at >= middle ? high - middle : middle - low;
  if (!(side > 0)) {
    // No room on this side: the amount is the middle itself, or beyond everything that is known to be possible.
    if (at > middle) return 0;
    if (at < middle) return 1;
    return high > middle ? 0.5 : 0;
  }
  return 1 - normal_cdf((at - middle) / side * kTenthZ);
}

Predictive predictive_of(const Moments& moments) {
  if (!(moments.mean > 0)) return {};
  const auto variation = [&](double variance) { return std::sqrt(std::max(0.0, variance)) / moments.mean; };
  const double middle = gamma_quantile(moments.mean, variation(moments.middle_variance), 0);
  const double low = std::max(kLeastVariation, variation(moments.variance_below));
  const double high = std::max(kLeastVariation, variation(moments.variance_above));
  return {.p10 = std::min(middle, gamma_quantile(moments.mean, low, -kTenthZ)),
          .p50 = middle,
          .p90 = std::max(middle, gamma_quantile(moments.mean, high, kTenthZ))};
}

}  // namespace taara
