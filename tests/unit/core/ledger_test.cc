// SPDX-License-Identifier: Apache-2.0
// The fold itself: use, jitter, refunds, clocks, gaps.
#include "core/ledger.h"

#include "unit/core/book.h"

namespace taara::book {
namespace {

TEST(Ledger, FirstReadingInMidCycleCountsWhatIsMissingButGivesNoDayAnyOfIt) {
  Book b;
  b.line.time = utc(2025, 9, 11, 9);
  b.line.remaining = gb(600);
  b.plan(utc(2025, 9, 1, 9));
  b.read();
  EXPECT_TRUE(b.change.accepted);
  EXPECT_TRUE(b.change.events.empty());
  EXPECT_TRUE(b.change.violations.empty());
  EXPECT_EQ(b.cycle().used, gb(400));
  EXPECT_EQ(b.state.usage_total, gb(400));
  EXPECT_EQ(b.cycle().start, utc(2025, 9, 1, 9));
  EXPECT_EQ(b.cycle().end, utc(2025, 10, 1, 9));
  EXPECT_EQ(b.today().used, Bytes{0});
  EXPECT_TRUE(b.state.hours.empty());
  ASSERT_EQ(b.change.days.size(), 1U);
  EXPECT_EQ(b.change.days[0].date, date_of(2025, 9, 11));
}

TEST(Ledger, FailedAndEmptyReadingsChangeNothing) {
  Book b = fresh_plan();
  const LedgerState before = b.state;
  b.line.status = ReadingStatus::failed;
  EXPECT_FALSE(b.read_after(minutes{10}).accepted);
  b.line.status = ReadingStatus::partial;
  b.line.remaining.reset();
  EXPECT_FALSE(b.read_after(minutes{10}).accepted);
  EXPECT_EQ(b.state.last->time, before.last->time);
  EXPECT_EQ(b.state.usage_total, before.usage_total);
}

TEST(Ledger, UseIsSpreadEvenlyOverHoursAndDays) {
  Book b = fresh_plan();
  b.line.time = utc(2025, 9, 1, 20, 30);  // 23:30 in Nairobi
  b.read();
  b.use(gb(6));
  b.read_after(hours{1});  // half an hour on each side of midnight
  ASSERT_EQ(b.change.hours.size(), 2U);
  EXPECT_EQ(b.change.hours[0].start, utc(2025, 9, 1, 20));
  EXPECT_EQ(b.change.hours[0].used, gb(3));
  EXPECT_EQ(b.change.hours[1].start, utc(2025, 9, 1, 21));
  EXPECT_EQ(b.change.hours[1].used, gb(3));
  ASSERT_EQ(b.change.days.size(), 2U);
  EXPECT_EQ(b.change.days[0].date, date_of(2025, 9, 1));
  EXPECT_EQ(b.change.days[0].used, gb(3));
  EXPECT_EQ(b.change.days[1].date, date_of(2025, 9, 2));
  EXPECT_EQ(b.change.days[1].used, gb(3));
  EXPECT_EQ(b.state.usage_total, gb(6));
}

TEST(Ledger, TheMetersOwnCountComesBeforeTheRemainingAmount) {
  Book b;
  b.line.remaining = gb(700);
  b.line.used = gb(250);  // the line doesn't add up to 1 TB; its count is its word
  b.plan(utc(2025, 8, 20));
  b.read();
  EXPECT_EQ(b.cycle().used, gb(250));
  *b.line.used += gb(2);
  *b.line.remaining -= gb(1);
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().used, gb(252));
}

TEST(Ledger, AFieldThatIsMissingOnceLosesAndDoublesNothing) {
  for (const bool used_goes : {true, false}) {
    Book b;
    b.line.remaining = gb(700);
    b.line.used = gb(300);
    b.plan(utc(2025, 8, 20));
    b.read();
    for (int i = 0; i < 6; ++i) {
      b.use(gb(1));
      Reading full = b.line;
      if (i % 2 == 0) (used_goes ? b.line.used : b.line.remaining).reset();
      b.read_after(minutes{10});
      full.time = b.line.time;
      b.line = full;
      EXPECT_TRUE(b.change.events.empty());
    }
    EXPECT_EQ(b.cycle().used, gb(306));
    EXPECT_EQ(b.state.usage_total, gb(306));
  }
}

TEST(Ledger, R34_AUsedThatIsDeadAtZeroGivesWayToTheRemainingAmount) {
  Book b;
  b.line.remaining = kTerabyte;
  b.line.used = Bytes{0};
  b.plan(utc(2025, 8, 31, 23));
  b.read();
  for (int i = 0; i < 5; ++i) {
    *b.line.remaining -= gb(1);
    b.read_after(minutes{10});
  }
  EXPECT_EQ(b.cycle().used, gb(5));
  b.line.used = gb(5);  // it comes back to life
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().used, gb(5));
  EXPECT_EQ(b.state.usage_total, gb(5));
}

TEST(Ledger, JitterWithinTwiceTheResolutionNeverCountsAnything) {
  Book b = fresh_plan();
  b.line.resolution = mb(100);
  b.line.remaining = gb(900);
  b.read_after(hours{4});
  const Bytes total = b.state.usage_total;
  for (int i = 0; i < 1000; ++i) {
    b.line.remaining = gb(900) + mb(100L * (i % 3));
    b.read_after(minutes{10});
    ASSERT_TRUE(b.change.events.empty());
    ASSERT_EQ(b.cycle().used, gb(100));
  }
  EXPECT_EQ(b.state.usage_total, total);
  EXPECT_EQ(b.cycle().allocation, kTerabyte);
}

TEST(Ledger, ARoundedStringBetweenExactNumbersIsNoNews) {
  Book b = fresh_plan();
  b.run(hours{10}, mb(500));
  for (int i = 0; i < 51; ++i) {
    const Bytes exact = *b.line.remaining - mb(7);
    if (i % 3 == 1) {
      b.line.remaining = Bytes{(exact.count + 50'000'000) / 100'000'000 * 100'000'000};
      b.line.resolution = mb(100);
    } else {
      b.line.remaining = exact;
      b.line.resolution = Bytes{1};
    }
    b.read_after(minutes{10});
    ASSERT_TRUE(b.change.events.empty()) << i;
    ASSERT_TRUE(b.change.violations.empty());
    b.line.remaining = exact;
  }
  EXPECT_EQ(b.state.usage_total, mb(500 * 60 + 7 * 51));
}

TEST(Ledger, TheSameAmountInAnotherUnitIsNoTopUpAndNoUse) {
  Book b = fresh_plan();
  b.run(hours{24}, mb(800));
  const Bytes total = b.state.usage_total;
  const Bytes real = *b.line.remaining;
  b.line.resolution = gb(100);
  for (const Bytes shown : {gb(900), gb(800)}) {  // "0.9 TB", or "0.8 TB" where it is cut off
    b.line.remaining = shown;
    b.read_after(minutes{10});
    EXPECT_EQ(b.cycle().used, total);
    EXPECT_EQ(b.state.usage_total, total);
  }
  b.line.remaining = real - gb(2);
  b.line.resolution = mb(1);
  b.read_after(minutes{10});
  EXPECT_EQ(b.state.usage_total, total + gb(2));
  EXPECT_EQ(b.cycle().allocation, kTerabyte);
  EXPECT_TRUE(b.change.events.empty());
}

TEST(Ledger, R21_ASmallRefundGoesBackButTheCounterHoldsUntilItIsPassed) {
  for (const bool own_count : {false, true}) {
    Book b = fresh_plan();
    if (own_count) b.line.used = Bytes{0};
    b.read_after(minutes{10});
    b.run(hours{30}, gb(1));
    ASSERT_EQ(b.state.usage_total, gb(180));
    const Bytes today = b.today().used;
    b.use(Bytes{0} - gb(1));  // less than 1 % of 180 GB
    b.read_after(minutes{10});
    EXPECT_TRUE(b.has(MeterEvent::refund));
    EXPECT_EQ(b.cycle().used, gb(179));
    EXPECT_EQ(b.cycle().used_peak, gb(180));
    EXPECT_EQ(b.cycle().allocation, kTerabyte);
    EXPECT_EQ(b.state.usage_total, gb(180));
    EXPECT_EQ(b.today().used, today);
    b.use(mb(600));
    b.read_after(minutes{10});
    EXPECT_EQ(b.state.usage_total, gb(180));
    b.use(mb(600));
    b.read_after(minutes{10});
    EXPECT_EQ(b.state.usage_total, gb(180) + mb(200));
    EXPECT_EQ(b.cycle().used, gb(180) + mb(200));
  }
}

TEST(Ledger, C02_AClockThatGoesBackAnHourRejectsAndDoublesNothing) {
  Book b = fresh_plan();
  b.run(hours{5}, gb(1));
  const Time before = b.line.time;
  b.line.time -= hours{1};
  for (int i = 0; i < 12; ++i) {
    b.use(gb(1));
    b.read_after(minutes{10});
    EXPECT_TRUE(b.change.accepted);
    EXPECT_TRUE(b.change.events.empty());
    EXPECT_GE(b.state.last->time, before);
  }
  EXPECT_EQ(b.state.usage_total, gb(42));
  Bytes hours_sum;
  for (const Hour& hour : b.state.hours) hours_sum += hour.used;
  EXPECT_EQ(hours_sum, gb(42));
}

TEST(Ledger, C06_TheSameSecondTwiceIsNoError) {
  Book b = fresh_plan();
  b.use(mb(3));
  b.read();
  EXPECT_TRUE(b.change.accepted);
  EXPECT_EQ(b.state.usage_total, mb(3));
  EXPECT_EQ(b.today().used, mb(3));
}

TEST(Ledger, C04_ABookFromTheFutureGoesOnFromNow) {
  Book b = fresh_plan();
  b.run(hours{48}, mb(100));
  const Bytes total = b.state.usage_total;
  const Time right = b.line.time;
  b.line.time += days{365};
  b.line.expiry.reset();
  b.read();
  b.line.time = right;
  b.plan(utc(2025, 9, 1, 9));
  b.use(mb(100));
  b.read_after(minutes{10});
  EXPECT_EQ(b.state.last->time, b.line.time);
  EXPECT_EQ(b.today().date, date_of(2025, 9, 3));
  EXPECT_EQ(b.state.usage_total, total + mb(100));
  for (const Hour& hour : b.state.hours) EXPECT_LE(hour.start, b.line.time);
  for (const Day& day : b.state.finished_days) EXPECT_LE(day.end, b.line.time);
  EXPECT_EQ(b.cycle().end, utc(2025, 10, 1, 9));
}

TEST(Ledger, C09_OneReadingAfterEightHoursOfSleep) {
  Book b = fresh_plan();
  b.run(hours{2}, mb(100));
  b.use(gb(16));
  b.read_after(hours{8});
  EXPECT_TRUE(b.change.accepted);
  EXPECT_EQ(b.change.hours.size(), 9U);
  EXPECT_EQ(b.state.usage_total, mb(1'200) + gb(16));
  b.use(mb(100));
  b.read_after(minutes{10});
  EXPECT_EQ(b.state.usage_total, mb(1'300) + gb(16));
}

TEST(Ledger, AbsurdAmountsNeverOverflow) {
  Book b;
  b.plan(utc(2025, 8, 31));
  for (int i = 0; i < 12'000; ++i) {
    b.line.remaining = i % 2 == 0 ? kMaxPlausible : Bytes{i};
    b.line.used = i % 3 == 0 ? kMaxPlausible : Bytes{0};
    b.line.allocation = i % 5 == 0 ? kMaxPlausible : Bytes{1};
    if (i % 7 == 0) b.plan(b.line.time);
    b.read_after(minutes{10});
    ASSERT_GE(b.cycle().used, Bytes{0});
    ASSERT_LE(b.cycle().used, kMaxPlausible);
  }
  b.line.used = Bytes{-5};
  b.line.remaining = Bytes{INT64_MAX};
  EXPECT_FALSE(b.read_after(minutes{10}).accepted);
}

}  // namespace
}  // namespace taara::book
