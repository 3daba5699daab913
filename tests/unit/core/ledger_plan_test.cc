// SPDX-License-Identifier: Apache-2.0
// Renewals of plans that are bought.
#include "core/ledger.h"
#include "unit/core/book.h"

namespace taara::book {
namespace {

Book bought(Time purchased, days length = days{30}) {
  Book b;
  b.household.plan.length = length;
  b.line.time = purchased + minutes{7};
  b.line.remaining = kTerabyte;
  b.plan(purchased, length);
  b.read();
  return b;
}

// Reads until `until`, the expiry told anew each time.
void run_plan(Book& b, Time until, Bytes each, Time purchased, days length = days{30}) {
  while (b.line.time + minutes{10} <= until) {
    b.line.time += minutes{10};
    b.use(each);
    b.plan(purchased, length);
    b.read();
    ASSERT_TRUE(b.change.accepted);
    ASSERT_TRUE(b.change.events.empty()) << date::format("%F %T", b.line.time);
    ASSERT_TRUE(b.change.violations.empty());
  }
}

TEST(LedgerCycle, PlansOf28To31DaysBoughtAtTwoMinutesToMidnight) {
  for (const int length : {28, 29, 30, 31}) {
    const Time first = utc(2024, 2, 1, 20, 58);  // 23:58 in Nairobi
    const Time second = first + days{length};
    Book b = bought(first, days{length});
    run_plan(b, second, mb(150), first, days{length});
    const Bytes used = b.cycle().used;
    b.line.time = second + minutes{5};  // 00:03
    b.line.remaining = kTerabyte - mb(200);
    b.plan(second, days{length});
    b.read();
    EXPECT_TRUE(b.has(MeterEvent::renewal));
    EXPECT_EQ(b.change.events.size(), 1U);
    EXPECT_TRUE(b.change.violations.empty());
    ASSERT_TRUE(b.change.ended_cycle);
    EXPECT_EQ(b.change.ended_cycle->start, first);
    EXPECT_EQ(b.change.ended_cycle->end, second);
    EXPECT_EQ(b.change.ended_cycle->used, used);
    EXPECT_EQ(b.cycle().start, second);
    EXPECT_EQ(b.cycle().end, second + days{length});
    EXPECT_EQ(b.cycle().used, mb(200));
    EXPECT_EQ(b.state.usage_total, used + mb(200));
    // 23:58 to 00:03: three of the five minutes belong to the new day.
    EXPECT_EQ(b.today().used, mb(120));
    ASSERT_TRUE(b.today().budget);
  }
}

TEST(LedgerCycle, ALengthThatDoesntFitTheExpiryYieldsToTheLine) {
  Book b;
  b.line.time = utc(2025, 9, 1, 12);
  b.line.remaining = kTerabyte;
  b.plan(utc(2025, 9, 1, 9), days{32});  // configured: 30
  b.read();
  EXPECT_TRUE(b.violates(Field::expiry));
  EXPECT_EQ(b.cycle().start, utc(2025, 9, 1, 9));
  EXPECT_EQ(b.cycle().end, *b.line.expiry);
  const Time end = b.cycle().end;
  for (int i = 0; i < 144 * 5; ++i) {
    b.line.time += minutes{10};
    b.plan(utc(2025, 9, 1, 9), days{32});
    b.read();
    ASSERT_TRUE(b.change.violations.empty());
    ASSERT_EQ(b.cycle().end, end);
  }
}

TEST(LedgerCycle, WithoutAPurchaseTheStartIsEstimatedOnceAndStays) {
  Book b;
  b.line.time = utc(2025, 9, 10, 9);
  b.line.remaining = gb(700);
  const Time end = utc(2025, 10, 1, 3);
  b.line.expiry = b.line.time + date::floor<days>(end - b.line.time);
  b.read();
  const Time start = b.cycle().start;
  EXPECT_EQ(b.cycle().end, *b.line.expiry);
  EXPECT_EQ(start, b.cycle().end - days{30});
  while (b.line.time < end - days{1}) {
    b.line.time += minutes{30};
    b.line.expiry = b.line.time + date::floor<days>(end - b.line.time);
    b.use(mb(50));
    b.read();
    ASSERT_EQ(b.cycle().start, start);
    ASSERT_TRUE(b.change.events.empty());
    ASSERT_TRUE(b.change.violations.empty());
  }
  b.line.time = end + minutes{20};
  b.line.expiry = b.line.time + days{29};
  b.line.remaining = kTerabyte;
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_LE(b.cycle().start, b.line.time);
}

TEST(LedgerCycle, AnExpiredPlanThatSaysZeroDaysForEverIsNoRenewal) {
  Book b = bought(utc(2025, 9, 1, 9));
  run_plan(b, utc(2025, 10, 1, 8, 50), mb(100), utc(2025, 9, 1, 9));
  for (int i = 0; i < 144 * 4; ++i) {
    b.line.time += minutes{10};
    b.line.expiry = b.line.time;
    b.read();
    ASSERT_TRUE(b.change.events.empty());
    ASSERT_EQ(b.cycle().end, utc(2025, 10, 1, 9));
  }
  EXPECT_FALSE(b.today().budget);  // nothing to divide by
  *b.line.remaining += gb(50);
  b.line.time += minutes{10};
  b.line.expiry = b.line.time;
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::top_up));
  EXPECT_FALSE(b.has(MeterEvent::renewal));
}

TEST(LedgerCycle, AQueuedPlanIsNothingUntilItBegins) {
  Book b = bought(utc(2025, 9, 1, 9));
  run_plan(b, utc(2025, 9, 20, 9), mb(100), utc(2025, 9, 1, 9));
  // The next plan is bought ten days ahead: only the purchase moves.
  const Time old_end = utc(2025, 10, 1, 9);
  while (b.line.time < old_end - minutes{10}) {
    b.line.time += minutes{10};
    b.use(mb(100));
    b.line.purchased = utc(2025, 9, 20, 9, 5);
    b.line.expiry = b.line.time + date::floor<days>(old_end - b.line.time);
    b.read();
    ASSERT_TRUE(b.change.events.empty());
  }
  EXPECT_EQ(b.cycle().start, utc(2025, 9, 1, 9));
  b.line.time = old_end + minutes{4};
  b.line.remaining = kTerabyte;
  b.line.expiry = b.line.time + days{29};
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_GT(b.cycle().start, old_end - minutes{10});
  EXPECT_LE(b.cycle().start, b.line.time);
  EXPECT_EQ(b.cycle().end, b.cycle().start + days{30});
  EXPECT_EQ(b.cycle().used, Bytes{0});
}

TEST(LedgerCycle, AQueuedPlanWhosePurchaseShowsOnlyWhenItBeginsDoesntBeginInThePast) {
  Book b = bought(utc(2025, 9, 1, 9));
  run_plan(b, utc(2025, 10, 1, 8, 50), mb(100), utc(2025, 9, 1, 9));
  const Time last = b.line.time;
  b.line.time = utc(2025, 10, 1, 9, 5);
  b.line.remaining = kTerabyte;
  b.line.purchased = utc(2025, 9, 26, 9);
  b.line.expiry = b.line.time + days{29};
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_GE(b.cycle().start, last);
  EXPECT_LE(b.cycle().start, b.line.time);
}

TEST(LedgerCycle, AnAnswerWithoutPurchaseForgetsNothingOfTheQueue) {
  Book b = bought(utc(2025, 9, 1, 9));
  run_plan(b, utc(2025, 9, 20, 9), mb(100), utc(2025, 9, 1, 9));
  b.line.purchased = utc(2025, 9, 20, 9, 5);
  b.read_after(minutes{10});
  b.line.purchased.reset();
  b.read_after(minutes{10});
  b.line.purchased = utc(2025, 9, 20, 9, 5);
  *b.line.remaining += gb(100);
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::top_up));
  EXPECT_FALSE(b.has(MeterEvent::renewal));
}

TEST(LedgerCycle, ALineThatHasToldItsExpiryIsNoLineThatTellsNone) {
  Book b;
  b.line.time = utc(2025, 9, 10, 9);
  b.line.remaining = gb(700);
  b.line.expiry = utc(2025, 9, 30);
  b.read();
  b.line.expiry.reset();
  b.read_after(minutes{10});
  b.line.remaining = kTerabyte;
  b.read_after(minutes{10});
  EXPECT_FALSE(b.change.accepted);
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::top_up));
  EXPECT_FALSE(b.has(MeterEvent::reset_unexpected));
}

TEST(LedgerCycle, FirstSightOfALineWithAQueuedPlanBelievesTheExpiry) {
  Book b;
  b.line.time = utc(2025, 9, 25);
  b.line.remaining = gb(300);
  b.line.purchased = utc(2025, 9, 23);
  b.line.expiry = utc(2025, 9, 30);
  b.read();
  EXPECT_TRUE(b.violates(Field::expiry));
  EXPECT_EQ(b.cycle().end, utc(2025, 9, 30));
  EXPECT_EQ(b.cycle().start, utc(2025, 8, 31));
}

TEST(LedgerCycle, ALongBlindGapEndsInARenewalAlthoughLessIsLeft) {
  Book b = bought(utc(2025, 9, 1, 9));
  run_plan(b, utc(2025, 9, 3, 9), mb(100), utc(2025, 9, 1, 9));
  const Bytes total = b.state.usage_total;
  b.line.time = utc(2025, 10, 10, 9);
  b.line.remaining = gb(600);
  b.plan(utc(2025, 10, 1, 9));
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.cycle().start, utc(2025, 10, 1, 9));
  EXPECT_EQ(b.cycle().used, gb(400));
  EXPECT_EQ(b.state.usage_total, total + gb(400));
  ASSERT_TRUE(b.change.ended_cycle);
  EXPECT_EQ(b.change.ended_cycle->used, total);
  // Nine days of 400 GB: nothing on the days that are unknown.
  for (const Day& day : b.change.days) {
    if (day.end <= utc(2025, 10, 1, 9)) {
      EXPECT_LE(day.used, total);
    } else if (day.start >= utc(2025, 10, 1, 9) && day.end < b.line.time) {
      EXPECT_NEAR(static_cast<double>(day.used.count), 400e9 / 9, 1);
      EXPECT_FALSE(day.budget);
    }
  }
}

TEST(LedgerCycle, ThePurchaseShowsOnePollBeforeTheBalance) {
  Book b = bought(utc(2025, 9, 1, 9));
  run_plan(b, utc(2025, 9, 29, 9), mb(200), utc(2025, 9, 1, 9));
  const Bytes total = b.state.usage_total;
  const Time purchased = utc(2025, 9, 29, 9, 5);
  b.line.time = utc(2025, 9, 29, 9, 10);
  b.plan(purchased);
  b.read();  // almost nothing of the new plan can be gone after five minutes
  EXPECT_FALSE(b.change.accepted);
  b.line.time += minutes{10};
  b.line.remaining = kTerabyte;
  b.plan(purchased);
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.cycle().start, purchased);
  EXPECT_EQ(b.cycle().used, Bytes{0});
  EXPECT_EQ(b.state.usage_total, total);
}

TEST(LedgerCycle, TheExpiryMovesOnePollBeforeOrAfterTheBalance) {
  for (const bool expiry_first : {true, false}) {
    Book b = bought(utc(2025, 9, 1, 9));
    run_plan(b, utc(2025, 9, 30, 9), mb(150), utc(2025, 9, 1, 9));
    const Time renewed = b.line.time + minutes{5};
    const auto told = [&] { b.line.expiry = b.line.time + date::floor<days>(renewed + days{30} - b.line.time); };
    b.line.time += minutes{10};
    if (expiry_first) {
      told();
    } else {
      b.line.remaining = kTerabyte;
      b.line.expiry = b.line.time + days{1};
    }
    b.read();
    b.line.time += minutes{10};
    b.line.remaining = kTerabyte - mb(10);
    told();
    b.read();
    EXPECT_TRUE(b.has(MeterEvent::renewal)) << expiry_first;
    EXPECT_EQ(b.cycle().allocation, kTerabyte);
    EXPECT_EQ(b.cycle().used, mb(10));
  }
}

TEST(LedgerCycle, ASmallerPlanThanConfiguredIsBelievedTheThirdTime) {
  Book b = bought(utc(2025, 9, 1, 9));
  run_plan(b, utc(2025, 10, 1, 8, 50), mb(100), utc(2025, 9, 1, 9));
  const Bytes total = b.state.usage_total;
  b.line.remaining = gb(500);
  for (int i = 0; i < 3; ++i) {
    b.line.time += minutes{10};
    b.plan(utc(2025, 10, 1, 8, 55));
    b.read();
  }
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_TRUE(b.violates(Field::allocation));
  EXPECT_EQ(b.cycle().allocation, gb(500));
  EXPECT_EQ(b.cycle().used, Bytes{0});
  EXPECT_EQ(b.state.usage_total, total);
}

TEST(LedgerCycle, AMissedPurchaseAndAnAbsurdExpiryAreSaid) {
  Book b;
  b.line.remaining = kTerabyte;
  b.line.purchased = b.line.time + days{5};
  b.line.expiry = b.line.time + days{400};
  b.read();
  EXPECT_TRUE(b.violates(Field::purchase));
  EXPECT_TRUE(b.violates(Field::expiry));
  EXPECT_FALSE(b.cycle().known());
  b.plan(b.line.time - days{2});
  b.read_after(minutes{10});
  EXPECT_TRUE(b.cycle().known());
  EXPECT_TRUE(b.change.violations.empty());
  EXPECT_TRUE(b.today().budget);
}

}  // namespace
}  // namespace taara::book
