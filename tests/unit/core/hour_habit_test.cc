// SPDX-License-Identifier: Apache-2.0
#include "core/hour_habit.h"

#include <gtest/gtest.h>

#include "unit/core/book.h"

namespace taara {
namespace {

using book::gb;
using book::mb;

// `weeks` of evenings from 19 to 22 o'clock, and quiet nights.
HourHabits learned(int weeks) {
  HourHabits habits;
  Time time = utc(2025, 9, 7);
  for (int day = 0; day < 7 * weeks; ++day) {
    for (unsigned hour = 0; hour < 24; ++hour) {
      time += std::chrono::hours{1};
      const bool evening = hour >= 19 && hour < 22;
      learn_hour(habits, static_cast<unsigned>(day) % 7, hour, time, evening ? mb(2500 + day % 5 * 100) : mb(200));
    }
  }
  return habits;
}

TEST(HourHabit, NothingKnownIsAnEvenDay) {
  for (const double share : hour_shares({})) EXPECT_DOUBLE_EQ(share, 1.0 / 24);
}

TEST(HourHabit, TheFirstHourKnownIsAnHourLikeTheOthers) {
  HourHabits habits;
  learn_hour(habits, 1, 12, utc(2025, 9, 1, 10), gb(5));
  for (const double share : hour_shares(habits)) EXPECT_DOUBLE_EQ(share, 1.0 / 24);
}

TEST(HourHabit, TheEveningsAreFound) {
  const HourHabit shares = hour_shares(learned(6));
  double sum = 0;
  for (const double share : shares) sum += share;
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_NEAR(shares[20], 2.7 / (3 * 2.7 + 21 * 0.2), 0.03);
  EXPECT_LT(shares[4], 0.03);
}

TEST(HourHabit, OneFreakHourMovesTheDayLittle) {
  HourHabits habits = learned(6);
  const double before = hour_shares(habits)[4];
  learn_hour(habits, 3, 4, utc(2026, 1, 1), gb(200));
  EXPECT_LT(hour_shares(habits)[4], 2.5 * before);
}

TEST(HourHabit, AnUnusualHourScoresAboveThreeAndAHalf) {
  HourHabits habits = learned(6);
  learn_hour(habits, 2, 4, utc(2026, 1, 1), gb(9));
  ASSERT_TRUE(habits.last && habits.last->score);
  EXPECT_GT(*habits.last->score, 3.5);
  EXPECT_EQ(*habits.last->usual, mb(200));
  learn_hour(habits, 2, 20, utc(2026, 1, 1, 16), mb(2700));
  EXPECT_LT(std::abs(*habits.last->score), 3.5);
}

TEST(HourHabit, AnHourIsJudgedByItsOwnWeekdayOnceThatIsKnown) {
  HourHabits habits = learned(4);
  for (int week = 0; week < 6; ++week) learn_hour(habits, 0, 10, utc(2025, 12, 7), gb(6));  // Sunday mornings
  learn_hour(habits, 0, 10, utc(2026, 1, 4), gb(6));
  EXPECT_LT(std::abs(*habits.last->score), 1);
  learn_hour(habits, 1, 10, utc(2026, 1, 5), gb(6));  // the same on a Monday
  EXPECT_GT(*habits.last->score, 3.5);
}

TEST(HourHabit, NothingIsSaidFromFewerThanFiveDays) {
  HourHabits habits;
  for (unsigned day = 0; day < 5; ++day) {
    learn_hour(habits, day, 8, utc(2025, 9, 8), mb(100));
    EXPECT_FALSE(habits.last->score.has_value());
  }
  learn_hour(habits, 5, 8, utc(2025, 9, 12), mb(100));
  EXPECT_TRUE(habits.last->score.has_value());
}

TEST(HourHabit, TheLargestAndNegativeHoursStayInBounds) {
  HourHabits habits = learned(1);
  learn_hour(habits, 0, 0, utc(2026, 1, 1), kMaxPlausible);
  learn_hour(habits, 0, 0, utc(2026, 1, 1), Bytes{-5});
  for (const double share : hour_shares(habits)) EXPECT_TRUE(share >= 0 && share <= 1);
}

}  // namespace
}  // namespace taara
