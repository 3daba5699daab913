// SPDX-License-Identifier: Apache-2.0
#include "core/spread.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/habits.h"
#include "unit/core/moments.h"

namespace taara {
namespace {

// Days from a seed: a level with noise whose relative deviation is `variation`, never negative.
class Family {
 public:
  Family(unsigned seed, double mean, double variation) : random_(seed), mean_(mean), variation_(variation) {}
  Bytes day() {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random_()) / 4294967296.0;
    return Bytes{static_cast<std::int64_t>(std::max(0.0, mean_ * (1 + variation_ * (sum - 6))))};
  }

 private:
  std::mt19937 random_;
  double mean_;
  double variation_;
};

TEST(Spread, FollowsTheFormulaOfTheDocument) {
  Level level;
  level.known = 28;
  level.mean = 10;
  level.variance = 4;
  level.days = 20;
  level.weight_squares = 0.05;
  level.age = 10;
  level.largest = 15;
  const Scatter scatter = scatter_of(level);
  const double pooled = (20 * 4 + 5 * 144) / 25.0 * (1 + 24 / 20.0);  // no bursts: 4/100 is under 1
  EXPECT_NEAR(scatter.noise, 1.4 * pooled, 1e-9);
  EXPECT_NEAR(scatter.standing, 1.4 * pooled * 0.05 + 0.0036 * pooled * 5, 1e-9);
  EXPECT_NEAR(scatter.variance(9), 9 * scatter.noise + 81 * (scatter.standing + 9 * 0.0036 * pooled / 3), 1e-9);
}

TEST(Spread, OwnErrorsCountOnceTheyOutnumberThePrior) {
  OwnErrors errors;
  EXPECT_EQ(errors.factor(10).above, 1);
  errors.weights = {300, 300, 300, 300};
  errors.above = {30, 30, 30, 30};
  EXPECT_LT(errors.factor(10).above, 0.5);
  EXPECT_LT(errors.factor(10).below, 0.3);  // nothing ever came out lower
}

TEST(Spread, AWrongForecastIsCountedOnItsSideAndBounded) {
  Habits habits;
  for (int day = 0; day < 60; ++day) learn_day(habits, date_of(2025, 1, 1) + date::days{day}, Bytes{20'000'000'000});
  const double before = habits.errors.above[0];
  learn_day(habits, *habits.newest + date::days{1}, Bytes{900'000'000'000'000});
  EXPECT_NEAR(habits.errors.above[0], before * 0.99616 + 4, 1e-6);
}

TEST(Spread, OverAStretchOfUnknownDaysNothingIsGraded) {
  Habits habits;
  for (int day = 0; day < 40; ++day) learn_day(habits, date_of(2025, 1, 1) + date::days{day}, Bytes{20'000'000'000});
  const auto weights = habits.errors.weights;
  learn_day(habits, *habits.newest + date::days{1}, std::nullopt);
  EXPECT_LT(habits.errors.weights[0], weights[0]);
}

// 25 families of every temper, rolled through seven months each: the band of what the next 5 to 25 days bring holds
// about eight times in ten.
TEST(Spread, TheBandHoldsEightTimesInTen) {
  for (const double variation : {0.3, 0.6}) {
    int inside = 0;
    int all = 0;
    for (unsigned seed = 1; seed <= 25; ++seed) {
      Family family(seed, 20e9, variation);
      std::vector<double> days;
      days.reserve(210);
      for (int day = 0; day < 210; ++day) days.push_back(static_cast<double>(family.day().count));
      Habits habits;
      for (std::size_t now = 1; now + 25 < days.size(); ++now) {
        learn_day(habits, date_of(2025, 1, 1) + date::days{now}, Bytes{static_cast<std::int64_t>(days[now - 1])});
        if (now < 30 || now % 10 != 0) continue;
        for (const std::size_t ahead : {5U, 10U, 25U}) {
          const auto length = static_cast<double>(ahead);
          const Predictive band = predict(habits.level, habits.errors, length, length, 1);
          double sum = 0;
          for (std::size_t i = now; i < now + ahead; ++i) sum += days[i];
          inside += sum >= band.p10 && sum <= band.p90 ? 1 : 0;
          ++all;
        }
      }
    }
    const double coverage = static_cast<double>(inside) / all;
    EXPECT_GT(coverage, 0.75) << variation;
    EXPECT_LT(coverage, 0.95) << variation;  // wide: the formulas expect a level to drift, and these don't
  }
}

}  // namespace
}  // namespace taara
