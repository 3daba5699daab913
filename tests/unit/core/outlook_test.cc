// SPDX-License-Identifier: Apache-2.0
#include "core/outlook.h"

#include <cmath>

#include "unit/core/book.h"

namespace taara::book {
namespace {

// Learned of `days` even days of `each` up to the one before `today`.
Habits even_days(date::local_days today, int count, Bytes each) {
  Habits habits;
  for (int ago = count; ago >= 1; --ago) learn_day(habits, today - date::days{ago}, each);
  return habits;
}

Position standing_at(Time now, double used, std::optional<double> allocation) {
  Position position;
  position.time = now;
  position.used = used;
  position.allocation = allocation;
  position.cycle_start = utc(2025, 8, 31, 21);
  position.cycle_end = utc(2025, 9, 30, 21);
  position.zone = date::locate_zone("Africa/Nairobi");
  return position;
}

TEST(Outlook, NothingLearnedIsNothingSaid) {
  const Outlook outlook = look_ahead(standing_at(utc(2025, 9, 10, 21), 1e11, 1e12), {});
  EXPECT_FALSE(outlook.cycle_used || outlook.crossing_probability || outlook.headroom || outlook.efficiency);
  EXPECT_FALSE(outlook.typical_day || outlook.trend || outlook.safe_time(Quantile::p50, utc(2025, 9, 11)));
}

TEST(Outlook, EvenDaysGoOn) {
  // Ten days of 30 GB, twenty to come.
  const Habits habits = even_days(date_of(2025, 9, 11), 60, gb(30));
  const Time now = utc(2025, 9, 10, 21);
  const Outlook outlook = look_ahead(standing_at(now, 300e9, 1.1e12), habits);
  ASSERT_TRUE(outlook.cycle_used);
  EXPECT_NEAR(outlook.cycle_used->p50, 900e9, 1e6);
  EXPECT_GT(outlook.cycle_used->p10, 800e9);
  EXPECT_LT(outlook.cycle_used->p90, 1010e9);
  EXPECT_LT(*outlook.crossing_probability, 0.1);
  EXPECT_NEAR(static_cast<double>(outlook.headroom->count), 1.1e12 - outlook.cycle_used->p90, 1);
  EXPECT_EQ(*outlook.typical_day, Bytes{static_cast<std::int64_t>(30e9F)});
  EXPECT_NEAR(*outlook.trend, 1, 1e-9);
  EXPECT_EQ(*outlook.efficiency, 1);
  for (const Quantile level : {Quantile::p10, Quantile::p50, Quantile::p90})
    EXPECT_EQ(outlook.safe_time(level, now), utc(2025, 9, 30, 21) - now);
}

TEST(Outlook, WhereItDoesNotLastItSaysWhen) {
  const Habits habits = even_days(date_of(2025, 9, 11), 60, gb(50));
  const Time now = utc(2025, 9, 10, 21);
  const Outlook outlook = look_ahead(standing_at(now, 500e9, 1e12), habits);
  ASSERT_TRUE(outlook.exhaustion[1]);
  EXPECT_NEAR(static_cast<double>((*outlook.exhaustion[1] - utc(2025, 9, 20, 21)).count()), 0, 60);
  EXPECT_EQ(*outlook.headroom, Bytes{0});
  EXPECT_GT(*outlook.crossing_probability, 0.95);
  EXPECT_NEAR(*outlook.efficiency, 1000.0 / 1500, 1e-3);
  EXPECT_GE(*outlook.safe_time(Quantile::p10, now), *outlook.safe_time(Quantile::p50, now));
  EXPECT_GE(*outlook.safe_time(Quantile::p50, now), *outlook.safe_time(Quantile::p90, now));
  EXPECT_EQ(outlook.safe_time(Quantile::p50, utc(2025, 9, 29)), seconds{0});
}

TEST(Outlook, GoneIsGone) {
  const Habits habits = even_days(date_of(2025, 9, 11), 60, gb(50));
  const Time now = utc(2025, 9, 10, 21);
  const Outlook outlook = look_ahead(standing_at(now, 1001e9, 1e12), habits);
  EXPECT_EQ(*outlook.crossing_probability, 1);
  EXPECT_EQ(outlook.exhaustion[0], now);
  EXPECT_EQ(*outlook.headroom, Bytes{0});
}

TEST(Outlook, AnUnlimitedMonthHasAForecastAndNoCap) {
  const Outlook outlook =
      look_ahead(standing_at(utc(2025, 9, 10, 21), 300e9, std::nullopt), even_days(date_of(2025, 9, 11), 60, gb(30)));
  EXPECT_TRUE(outlook.cycle_used);
  EXPECT_FALSE(outlook.crossing_probability || outlook.headroom || outlook.efficiency || outlook.exhaustion[2]);
}

TEST(Outlook, HeadroomKeepsTheRiskAtATenth) {
  Habits habits;
  for (int ago = 90; ago >= 1; --ago) learn_day(habits, date_of(2025, 9, 11) - date::days{ago}, gb(10 + ago * 7 % 23));
  const Time now = utc(2025, 9, 10, 21);
  const Outlook outlook = look_ahead(standing_at(now, 200e9, 1e12), habits);
  ASSERT_GT(outlook.headroom->count, 0);
  const Outlook after =
      look_ahead(standing_at(now, 200e9 + static_cast<double>(outlook.headroom->count), 1e12), habits);
  EXPECT_NEAR(*after.crossing_probability, 0.1, 1e-6);
}

TEST(Outlook, OnTheFirstDayItIsWideAndSaysSoSoon) {
  Book b = fresh_plan();  // at 12:10 in Nairobi
  b.run(hours{1}, mb(300));
  const Habits nothing;
  EXPECT_FALSE(look_ahead(position_of(b.state, b.household), nothing).cycle_used);
  b.run(hours{4}, mb(300));  // 1.8 GB an hour
  const Outlook outlook = look_ahead(position_of(b.state, b.household), nothing);
  ASSERT_TRUE(outlook.cycle_used);
  EXPECT_GT(outlook.cycle_used->p50, 600e9);
  EXPECT_LT(outlook.cycle_used->p50, 2000e9);
  EXPECT_GT(outlook.cycle_used->p90 - outlook.cycle_used->p10, outlook.cycle_used->p50 / 2);
}

TEST(Outlook, TheEstimateWhileBlindFollowsTheHours) {
  Habits habits = even_days(date_of(2025, 9, 11), 60, gb(24));
  const auto& zone = *date::locate_zone("Africa/Nairobi");
  EXPECT_NEAR(static_cast<double>(estimate_between(habits, zone, utc(2025, 9, 11), utc(2025, 9, 11, 6))->count), 6e9,
              1e4);
  for (int day = 0; day < 28; ++day)
    for (unsigned hour = 0; hour < 24; ++hour)
      learn_hour(habits.hours, static_cast<unsigned>(day) % 7, hour, utc(2025, 9, 1), hour == 20 ? gb(23) : Bytes{0});
  EXPECT_LT(estimate_between(habits, zone, utc(2025, 9, 11), utc(2025, 9, 11, 6))->count, gb(2).count);
  EXPECT_FALSE(estimate_between({}, zone, utc(2025, 9, 11), utc(2025, 9, 11, 6)));
}

TEST(Outlook, TheTrendComparesWithTheMiddleOfTheWeeksBefore) {
  Habits habits = even_days(date_of(2025, 9, 11), 28, gb(20));
  for (int day = 0; day < 7; ++day) learn_day(habits, date_of(2025, 9, 11) + date::days{day}, gb(30));
  const Outlook outlook = look_ahead(standing_at(utc(2025, 9, 17, 21), 1e11, 1e12), habits);
  EXPECT_NEAR(*outlook.trend, 1.5, 1e-6);
}

}  // namespace
}  // namespace taara::book
