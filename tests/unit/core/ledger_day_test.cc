// SPDX-License-Identifier: Apache-2.0
// Local days: budgets, what is left, streaks, days of 23 and 25 hours, days that nobody saw.
#include "core/calendar.h"
#include "core/ledger.h"
#include "unit/core/book.h"

namespace taara::book {
namespace {

// Read every 10 minutes since the evening before; the cycle ends 1 October 12:00 in Nairobi.
Book on_the_eve(int day, Bytes remaining) {
  Book b;
  b.line.time = utc(2025, 9, static_cast<unsigned>(day), 18);
  b.line.remaining = remaining;
  b.plan(utc(2025, 9, 1, 9));
  b.read();
  return b;
}

TEST(LedgerDay, BudgetIsWhatIsLeftAtMidnightByTheDaysThenLeftTheLastOneCountedAsThePartThatItIs) {
  Book b = on_the_eve(20, gb(211));
  b.run(hours{3} - minutes{10}, Bytes{0});
  b.use(gb(2));
  b.read_after(minutes{20});  // half of it before midnight: 210 GB at midnight, 21 September
  EXPECT_EQ(b.today().date, date_of(2025, 9, 21));
  EXPECT_EQ(b.today().used, gb(1));
  EXPECT_EQ(b.today().budget, gb(20));  // 10 days and a half
  b.run(hours{5}, mb(300));
  EXPECT_EQ(b.today().budget, gb(20));  // fixed: using it doesn't shrink it
  EXPECT_EQ(b.today().used, gb(10));
}

TEST(LedgerDay, OnTheFirstDayTheBudgetIsForTheRestOfIt) {
  Book b;
  b.line.time = utc(2025, 9, 21, 9);  // noon; half a day and ten and a half... to 1 October 12:00: 10 days
  b.line.remaining = gb(200);
  b.plan(utc(2025, 9, 1, 9));
  b.read();
  EXPECT_EQ(b.today().budget, gb(10));
}

TEST(LedgerDay, OnTheLastDayTheBudgetIsAllThatIsLeft) {
  Book b = on_the_eve(30, gb(30));
  b.run(hours{3}, Bytes{0});
  EXPECT_EQ(b.today().date, date_of(2025, 10, 1));
  EXPECT_EQ(b.today().budget, gb(30));
}

TEST(LedgerDay, ARenewalBeginsANewBudgetForTheRestOfTheDay) {
  Book b = on_the_eve(30, gb(30));
  b.run(hours{14}, mb(100));  // to 11:00 in Nairobi
  const Bytes used = b.today().used;
  EXPECT_EQ(used, mb(6'600));
  b.line.remaining = kTerabyte;
  b.line.time = utc(2025, 10, 1, 9);
  b.plan(utc(2025, 10, 1, 9));  // 12:00: half of the day is left, and 30 days
  b.read();
  ASSERT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.today().used, used);
  EXPECT_EQ(*b.today().budget - used, Bytes{kTerabyte.count / 60});
}

TEST(LedgerDay, ATopUpAddsItsShareToTheDay) {
  Book b = on_the_eve(20, gb(210));
  b.run(hours{3}, Bytes{0});
  ASSERT_EQ(b.today().budget, gb(20));
  b.run(hours{12}, Bytes{0});  // noon: 10 days left, half a day of them today
  *b.line.remaining += gb(200);
  b.read_after(seconds{0});
  ASSERT_TRUE(b.has(MeterEvent::top_up));
  EXPECT_EQ(b.today().budget, gb(30));
}

TEST(LedgerDay, StreakGrowsWithDaysWithinBudgetAndEndsWithOneThatIsNot) {
  Book b = on_the_eve(2, gb(900));
  b.run(hours{3}, Bytes{0});
  const auto day_of = [&](Bytes each) { b.run(hours{24}, each); };
  EXPECT_EQ(b.state.streak, 0U);  // the first evening was too short to judge
  EXPECT_FALSE(b.state.finished_days.back().budget);
  day_of(mb(10));
  EXPECT_EQ(b.state.streak, 1U);
  day_of(mb(10));
  day_of(mb(10));
  EXPECT_EQ(b.state.streak, 3U);
  EXPECT_LE(b.state.finished_days.back().used, *b.state.finished_days.back().budget);
  day_of(gb(1));
  EXPECT_EQ(b.state.streak, 0U);
  day_of(mb(10));
  EXPECT_EQ(b.state.streak, 1U);
}

TEST(LedgerDay, ADayWithTooLittleDataNeitherBreaksNorExtendsTheStreak) {
  Book b = on_the_eve(2, gb(900));
  b.run(hours{3} + hours{48}, mb(10));
  ASSERT_EQ(b.state.streak, 2U);
  b.run(hours{10}, mb(10));
  b.use(gb(300));
  b.read_after(hours{9});  // 19 h of the day, nine of them unseen
  b.run(hours{5}, mb(10));
  EXPECT_EQ(b.state.streak, 2U);
  EXPECT_FALSE(b.state.finished_days.back().budget);
  EXPECT_GT(b.state.finished_days.back().used, gb(300));
  b.run(hours{4}, mb(10));
  b.use(gb(1));
  b.read_after(hours{6});  // six hours between two readings are covered
  b.run(hours{14}, mb(10));
  EXPECT_EQ(b.state.streak, 3U);
  b.use(gb(3));
  b.read_after(days{3});
  EXPECT_EQ(b.state.streak, 3U);
}

TEST(LedgerDay, C05_DaysOf23And25HoursCountOnceAndAreWhole) {
  for (const auto& [start, length] : {std::pair{utc(2025, 3, 28, 12), 23}, std::pair{utc(2025, 10, 24, 12), 25}}) {
    Book b(monthly("Europe/Berlin"));
    b.line.time = start;
    b.line.used = gb(100);
    b.read();
    b.run(hours{120}, mb(60));
    std::vector<std::int64_t> lengths;
    for (std::size_t i = 1; i < b.state.finished_days.size(); ++i) {
      const Day& day = b.state.finished_days[i];
      EXPECT_EQ(day.start, b.state.finished_days[i - 1].end);
      EXPECT_EQ(day.covered, day.end - day.start);
      EXPECT_EQ(day.used, Bytes{mb(360).count * (day.end - day.start).count() / 3600});
      lengths.push_back((day.end - day.start) / hours{1});
    }
    EXPECT_EQ(std::count(lengths.begin(), lengths.end(), length), 1);
    EXPECT_EQ(std::count(lengths.begin(), lengths.end(), 24), static_cast<std::int64_t>(lengths.size()) - 1);
  }
}

TEST(LedgerDay, C05_ADateThatIsSkippedHasNoDay) {
  Book b(monthly("Pacific/Apia"));
  b.line.time = utc(2011, 12, 28);
  b.line.used = gb(1);
  b.read();
  b.run(hours{96}, mb(10));
  std::vector<date::local_days> dates;
  for (const Day& day : b.state.finished_days) dates.push_back(day.date);
  const std::vector<date::local_days> expected{date_of(2011, 12, 27), date_of(2011, 12, 28), date_of(2011, 12, 29),
                                               date_of(2011, 12, 31)};
  EXPECT_EQ(dates, expected);
}

TEST(LedgerDay, AGapOfAYearStaysBounded) {
  Book b = on_the_eve(2, gb(900));
  b.run(hours{30}, mb(10));
  b.use(gb(10));
  b.line.purchased.reset();
  b.line.expiry.reset();
  b.read_after(days{365});
  EXPECT_TRUE(b.change.accepted);
  EXPECT_LE(b.change.days.size(), 65U);
  EXPECT_LE(b.state.finished_days.size(), 8U);
  EXPECT_LE(b.state.hours.size(), 8U * 24 + 1);
  EXPECT_EQ(b.today().date, local_day(*b.household.zone, b.line.time).date);
}

TEST(LedgerDay, WithoutAReadingOfTheNightTheBudgetIsInterpolated) {
  Book b = on_the_eve(20, gb(212));
  b.use(gb(4));
  b.read_after(hours{6});  // 21:00 to 03:00
  EXPECT_EQ(b.today().used, gb(2));
  EXPECT_EQ(b.today().budget, gb(20));
}

TEST(LedgerDay, ABudgetThatWasNotKnownAtMidnightComesWithTheExpiry) {
  Book b;
  b.line.time = utc(2025, 9, 21, 6);
  b.line.remaining = gb(200);
  b.read();
  EXPECT_FALSE(b.today().budget);
  b.line.time = utc(2025, 9, 21, 9);
  b.use(gb(1));
  b.line.remaining = gb(200);
  b.plan(utc(2025, 9, 1, 9));
  b.read();
  EXPECT_EQ(b.today().budget, gb(10));
}

}  // namespace
}  // namespace taara::book
