// SPDX-License-Identifier: Apache-2.0
#include "core/course.h"

#include <gtest/gtest.h>

#include "unit/core/moments.h"

namespace taara {
namespace {

const date::time_zone& zone(const char* name) { return *date::locate_zone(name); }
constexpr WeekdayHabit kEvenWeek{1, 1, 1, 1, 1, 1, 1};

HourHabit even_day() {
  HourHabit hours;
  hours.fill(1.0 / 24);
  return hours;
}
HourHabit evening() {
  HourHabit hours{};
  hours[20] = 0.5;
  hours[21] = 0.5;
  return hours;
}

TEST(Course, WholeDaysAreTheirWeekdaysWeights) {
  const WeekdayHabit week{2, 0.5, 0.5, 1, 1, 1, 1};  // Sunday twice
  const auto& nairobi = zone("Africa/Nairobi");
  const Time sunday = utc(2025, 9, 6, 21);  // midnight before Sunday, 7 September
  const Stretch day = stretch_between(nairobi, week, even_day(), sunday, sunday + date::days{1});
  EXPECT_DOUBLE_EQ(day.units, 2);
  EXPECT_DOUBLE_EQ(day.days, 1);
  const Stretch month = stretch_between(nairobi, week, even_day(), sunday, sunday + date::days{28});
  EXPECT_DOUBLE_EQ(month.units, 28);
}

TEST(Course, ThePartOfADayIsTheShareOfItsHours) {
  const auto& nairobi = zone("Africa/Nairobi");
  const Time noon = utc(2025, 9, 8, 9);
  const Time midnight = utc(2025, 9, 8, 21);
  EXPECT_DOUBLE_EQ(stretch_between(nairobi, kEvenWeek, even_day(), noon, midnight).units, 0.5);
  EXPECT_DOUBLE_EQ(stretch_between(nairobi, kEvenWeek, evening(), noon, midnight).units, 1);
  EXPECT_DOUBLE_EQ(stretch_between(nairobi, kEvenWeek, evening(), noon, utc(2025, 9, 8, 17, 30)).units, 0.25);
  EXPECT_EQ(stretch_between(nairobi, kEvenWeek, evening(), midnight, noon).units, 0);
}

TEST(Course, DaysOf23And25HoursAreOneDay) {
  const auto& berlin = zone("Europe/Berlin");
  for (const auto& [from, until] : {std::pair{utc(2025, 3, 29, 23), utc(2025, 3, 30, 22)},
                                    std::pair{utc(2025, 10, 25, 22), utc(2025, 10, 26, 23)}}) {
    const Stretch day = stretch_between(berlin, kEvenWeek, even_day(), from, until);
    EXPECT_DOUBLE_EQ(day.units, 1);
    EXPECT_DOUBLE_EQ(day.days, 1);
  }
}

TEST(Course, TimeAfterIsItsInverse) {
  const WeekdayHabit week{1.6, 0.8, 0.7, 0.8, 0.9, 1.0, 1.2};
  for (const char* name : {"Africa/Nairobi", "Europe/Berlin", "Pacific/Apia", "America/New_York"}) {
    const Time from = utc(2025, 10, 20, 7, 13);
    const Time end = from + date::days{30};
    for (int i = 0; i < 73; ++i) {
      const double units = 0.05 + 0.37 * i;
      const Time there = time_after(zone(name), week, even_day(), from, units, end);
      ASSERT_NEAR(stretch_between(zone(name), week, even_day(), from, there).units, units, 1e-3) << name;
    }
    EXPECT_EQ(time_after(zone(name), week, even_day(), from, 1e9, end), end);
    EXPECT_EQ(time_after(zone(name), week, even_day(), from, 0, end), from);
  }
}

TEST(Course, AWeekdayWithoutUseIsPassedOver) {
  const WeekdayHabit week{0, 0, 0, 3.5, 3.5, 0, 0};
  const Time from = utc(2025, 9, 6, 21);
  const Time there = time_after(zone("Africa/Nairobi"), week, even_day(), from, 3.5, from + date::days{30});
  EXPECT_EQ(there, utc(2025, 9, 10, 21));  // Wednesday's end
}

}  // namespace
}  // namespace taara
