// SPDX-License-Identifier: Apache-2.0
#include "core/predictive.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/steady_math.h"

namespace taara {
namespace {

TEST(SteadyMath, ACubeRootIsTheCubeRoot) {
  double x = 1e-9;
  for (int i = 0; i < 180; ++i, x *= 1.37) EXPECT_NEAR(cube_root(x) / std::cbrt(x), 1, 1e-14) << x;
  EXPECT_EQ(cube_root(0), 0);
  EXPECT_EQ(cube_root(-1), 0);
  EXPECT_EQ(cube_root(27e9), 3000);
}

TEST(SteadyMath, TheNormalDistributionIsWithinATenMillionth) {
  for (int i = -600; i <= 600; ++i) {
    const double z = i / 100.0;
    EXPECT_NEAR(normal_cdf(z), std::erfc(-z / std::sqrt(2.0)) / 2, 2e-7) << z;
  }
  EXPECT_GE(normal_cdf(-1e300), 0);
  EXPECT_LE(normal_cdf(1e300), 1);
}

TEST(Predictive, ItsQuantilesHaveTheirProbabilities) {
  const Predictive band{.p10 = 80e9, .p50 = 100e9, .p90 = 140e9};
  EXPECT_NEAR(band.probability_above(band.p10), 0.9, 1e-6);
  EXPECT_NEAR(band.probability_above(band.p50), 0.5, 1e-6);
  EXPECT_NEAR(band.probability_above(band.p90), 0.1, 1e-6);
  double last = 1;
  for (int amount = 0; amount < 400; ++amount) {
    const double probability = band.probability_above(1e9 * amount);
    EXPECT_LE(probability, last);
    EXPECT_GE(probability, 0);
    last = probability;
  }
  EXPECT_LT(last, 1e-6);
}

TEST(Predictive, WhatIsCertainIsCertain) {
  const Predictive nothing;
  EXPECT_EQ(nothing.probability_above(0), 0);
  EXPECT_EQ(nothing.probability_above(1), 0);
  EXPECT_EQ(nothing.probability_above(-1), 1);
  const Predictive sure{.p10 = 5, .p50 = 5, .p90 = 5};
  EXPECT_EQ(sure.probability_above(4), 1);
  EXPECT_EQ(sure.probability_above(6), 0);
}

TEST(Predictive, AGammaDistributionsQuantilesComeOut) {
  // Shape 4, mean 100: 43.6, 91.8, 167.0 by the table of the gamma distribution.
  const double variance = 100.0 * 100 / 4;
  const Predictive band =
      predictive_of({.mean = 100, .variance_below = variance, .variance_above = variance, .middle_variance = variance});
  EXPECT_NEAR(band.p10, 43.6, 0.5);
  EXPECT_NEAR(band.p50, 91.8, 0.5);
  EXPECT_NEAR(band.p90, 167.0, 0.5);
}

TEST(Predictive, IsInOrderAndFiniteWhateverTheMoments) {
  for (const double mean : {-1.0, 0.0, 1e-300, 1.0, 1e12, 1e15})
    for (const double below : {0.0, 1.0, 1e24, 1e200})
      for (const double above : {0.0, 1.0, 1e24, 1e200})
        for (const double middle : {0.0, 1.0, 1e24, 1e200}) {
          const Predictive band = predictive_of(
              {.mean = mean, .variance_below = below, .variance_above = above, .middle_variance = middle});
          EXPECT_TRUE(std::isfinite(band.p90));
          EXPECT_GE(band.p10, 0);
          EXPECT_LE(band.p10, band.p50);
          EXPECT_LE(band.p50, band.p90);
        }
}

}  // namespace
}  // namespace taara
