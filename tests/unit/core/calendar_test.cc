// SPDX-License-Identifier: Apache-2.0
#include "core/calendar.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/core/moments.h"

namespace taara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const date::time_zone& zone(const std::string& name) { return *date::locate_zone(name); }

std::string shown(Time time) { return date::format("%F %T", time); }

struct DayCase {
  const char* zone;
  Time within;
  date::local_days date;
  Time start;
  hours length;
};

TEST(Calendar, C05_DaysOfZonesWhereClocksChange) {
  const DayCase cases[] = {
      {"Africa/Nairobi", utc(2025, 3, 30, 12), date_of(2025, 3, 30), utc(2025, 3, 29, 21), hours{24}},
      {"Africa/Nairobi", utc(2025, 3, 30, 21), date_of(2025, 3, 31), utc(2025, 3, 30, 21), hours{24}},
      {"Asia/Kathmandu", utc(2025, 3, 30, 18, 14, 59), date_of(2025, 3, 30), utc(2025, 3, 29, 18, 15), hours{24}},
      {"Asia/Kathmandu", utc(2025, 3, 30, 18, 15), date_of(2025, 3, 31), utc(2025, 3, 30, 18, 15), hours{24}},
      {"Europe/Berlin", utc(2025, 3, 30, 12), date_of(2025, 3, 30), utc(2025, 3, 29, 23), hours{23}},
      {"Europe/Berlin", utc(2025, 10, 26, 22, 59, 59), date_of(2025, 10, 26), utc(2025, 10, 25, 22), hours{25}},
      {"Europe/London", utc(2025, 10, 26, 12), date_of(2025, 10, 26), utc(2025, 10, 25, 23), hours{25}},
      // Clocks went from 00:00 to 01:00: the day begins at 01:00.
      {"America/Sao_Paulo", utc(2018, 11, 4, 3), date_of(2018, 11, 4), utc(2018, 11, 4, 3), hours{23}},
      // Clocks went from 24:00 back to 23:00 of the same day.
      {"America/Sao_Paulo", utc(2018, 2, 18, 2, 30), date_of(2018, 2, 17), utc(2018, 2, 17, 2), hours{25}},
      {"America/Sao_Paulo", utc(2018, 2, 18, 3), date_of(2018, 2, 18), utc(2018, 2, 18, 3), hours{24}},
      // 00:00-01:00 twice: the day begins with the first.
      {"America/Havana", utc(2024, 11, 3, 5, 30), date_of(2024, 11, 3), utc(2024, 11, 3, 4), hours{25}},
      // At 00:01 back to 23:01 of the day before: the new day has begun and goes on.
      {"America/St_Johns", utc(2009, 11, 1, 2, 45), date_of(2009, 11, 1), utc(2009, 11, 1, 2, 30), hours{25}},
      // 30 December 2011 did not happen.
      {"Pacific/Apia", utc(2011, 12, 30, 9, 59, 59), date_of(2011, 12, 29), utc(2011, 12, 29, 10), hours{24}},
      {"Pacific/Apia", utc(2011, 12, 30, 10), date_of(2011, 12, 31), utc(2011, 12, 30, 10), hours{24}},
  };
  for (const DayCase& c : cases) {
    const LocalDay day = local_day(zone(c.zone), c.within);
    EXPECT_EQ(day.date, c.date) << c.zone << " " << shown(c.within);
    EXPECT_EQ(shown(day.start), shown(c.start)) << c.zone;
    EXPECT_EQ(day.end - day.start, c.length) << c.zone << " " << shown(c.within);
  }
}

TEST(Calendar, C05_DaysAndHoursTileTimeInEveryAwkwardZone) {
  for (const char* name : {"Africa/Nairobi", "Asia/Kathmandu", "Europe/Berlin", "America/Sao_Paulo", "America/Havana",
                           "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Gaza", "Asia/Amman"}) {
    const auto& z = zone(name);
    LocalDay day = local_day(z, utc(2011, 1, 1));
    while (day.start < utc(2012, 1, 2)) {
      Time time = day.start;
      while (time < day.end) {
        const LocalHour hour = local_hour(z, time);
        ASSERT_EQ(hour.start, time) << name << " " << shown(time);
        ASSERT_GT(hour.end, hour.start);
        ASSERT_LE(hour.end - hour.start, hours{1});
        ASSERT_EQ(local_hour(z, hour.end - seconds{1}).start, hour.start);
        time = hour.end;
      }
      ASSERT_EQ(time, day.end) << name;
      const LocalDay next = local_day(z, day.end);
      ASSERT_EQ(next.start, day.end) << name << " " << shown(day.end);
      ASSERT_GT(next.date, day.date);
      ASSERT_EQ(local_day(z, day.end - seconds{1}).start, day.start);
      day = next;
    }
  }
}

TEST(Calendar, HoursAreThoseOfTheWallClock) {
  EXPECT_EQ(local_hour(zone("Asia/Kathmandu"), utc(2025, 1, 1, 0)).hour, 5U);
  EXPECT_EQ(local_hour(zone("Asia/Kathmandu"), utc(2025, 1, 1, 0)).start, utc(2024, 12, 31, 23, 15));
  EXPECT_EQ(local_hour(zone("Africa/Nairobi"), utc(2025, 1, 1, 21)).hour, 0U);
  EXPECT_EQ(local_weekday(zone("Africa/Nairobi"), utc(2025, 1, 4, 20, 59)), 6U);
  EXPECT_EQ(local_weekday(zone("Africa/Nairobi"), utc(2025, 1, 4, 21)), 0U);
}

TEST(Calendar, DaysBetweenCountsPartsAsParts) {
  const auto& nairobi = zone("Africa/Nairobi");
  EXPECT_DOUBLE_EQ(days_between(nairobi, utc(2025, 1, 1, 21), utc(2025, 1, 11, 9)), 9.5);
  EXPECT_DOUBLE_EQ(days_between(nairobi, utc(2025, 1, 2, 9), utc(2025, 1, 2, 15)), 0.25);
  EXPECT_DOUBLE_EQ(days_between(nairobi, utc(2025, 1, 2), utc(2025, 1, 2)), 0);
  EXPECT_DOUBLE_EQ(days_between(nairobi, utc(2025, 1, 2), utc(2025, 1, 1)), 0);
  // A day of 23 hours is a day.
  const auto& berlin = zone("Europe/Berlin");
  EXPECT_DOUBLE_EQ(days_between(berlin, utc(2025, 3, 29, 23), utc(2025, 3, 31, 22)), 2);
}

TEST(Calendar, C07_MonthlyBoundaryOfEveryMonthFrom1970To2100) {
  const auto& z = zone("Africa/Nairobi");
  constexpr unsigned kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (const unsigned day : {1U, 29U, 30U, 31U}) {
    for (const auto at : {minutes{0}, minutes{23 * 60 + 58}}) {
      Plan plan;
      plan.day = day;
      plan.at = at;
      Time previous = monthly_boundary(z, plan, date::year{1969} / 12);
      for (int year = 1970; year <= 2100; ++year) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (unsigned month = 1; month <= 12; ++month) {
          const unsigned length = kLengths[month - 1] + (month == 2 && leap ? 1U : 0U);
          const Time boundary = monthly_boundary(z, plan, date::year{year} / date::month{month});
          ASSERT_EQ(boundary, utc(year, month, std::min(day, length)) + at - hours{3}) << year << "-" << month;
          ASSERT_EQ(boundary_at_or_before(z, plan, boundary), boundary);
          ASSERT_EQ(boundary_at_or_before(z, plan, boundary - seconds{1}), previous);
          ASSERT_EQ(boundary_after(z, plan, previous), boundary);
          ASSERT_EQ(boundary_after(z, plan, boundary - seconds{1}), boundary);
          previous = boundary;
        }
      }
    }
  }
}

TEST(Calendar, C05_BoundaryAtALocalTimeThatIsSkippedOrRepeated) {
  const auto& berlin = zone("Europe/Berlin");
  Plan plan;
  plan.cycle = CycleKind::monthly;
  plan.day = 30;
  plan.at = minutes{150};
  EXPECT_EQ(shown(monthly_boundary(berlin, plan, date::year{2025} / 3)), shown(utc(2025, 3, 30, 1)));
  plan.day = 26;
  EXPECT_EQ(shown(monthly_boundary(berlin, plan, date::year{2025} / 10)), shown(utc(2025, 10, 26, 0, 30)));
}

TEST(Calendar, F09_ADayOutOfRangeIsTheNearestDay) {
  Plan plan;
  plan.day = 0;
  EXPECT_EQ(monthly_boundary(zone("UTC"), plan, date::year{2025} / 2), utc(2025, 2, 1));
  plan.day = 99;
  EXPECT_EQ(monthly_boundary(zone("UTC"), plan, date::year{2025} / 2), utc(2025, 2, 28));
}

}  // namespace
}  // namespace taara
