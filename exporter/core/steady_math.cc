// SPDX-License-Identifier: Apache-2.0
#include "core/steady_math.h"

#include <algorithm>

namespace taara {
namespace {

// e^-x for x in 0..40: (e^-(x/64))^64, the inner one by its series.
double exp_of_minus(double x) {
  const double y = x / 64;
  double power = 1 - y * (1 - y / 2 * (1 - y / 3 * (1 - y / 4 * (1 - y / 5 * (1 - y / 6 * (1 - y / 7))))));
  for (int i = 0; i < 6; ++i) power *= power;
  return power;
}

}  // namespace

double cube_root(double value) {
  if (!(value > 0)) return 0;
  double scale = 1;
  while (value >= 8) {
    value /= 8;
    scale *= 2;
  }
  while (value < 1) {
    value *= 8;
    scale /= 2;
  }
  double root = (value + 5) / 6;  // within 20 % for 1..8
  for (int i = 0; i < 6; ++i) root = (2 * root + value / (root * root)) / 3;
  return scale * root;
}

double normal_cdf(double z) {
  const double x = std::min(z < 0 ? -z : z, 8.0);
  const double t = 1 / (1 + 0.2316419 * x);  // Abramowitz and Stegun 26.2.17
  const double series =
      t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const double upper = 0.3989422804014327 * exp_of_minus(x * x / 2) * series;
  return z < 0 ? upper : 1 - upper;
}

}  // namespace taara
