// SPDX-License-Identifier: Apache-2.0
// How much may be used: top-ups, what the line and the configuration say, unlimited and none.
#include "core/ledger.h"
#include "unit/core/book.h"

namespace taara::book {
namespace {

TEST(Ledger, TopUpAt96PercentGrowsTheAllocation) {
  for (const bool own_count : {false, true}) {
    Book b = fresh_plan();
    if (own_count) b.line.used = Bytes{0};
    b.read_after(minutes{10});
    b.run(hours{160}, gb(1));
    ASSERT_EQ(b.cycle().used, gb(960));
    const Bytes budget = *b.today().budget;
    *b.line.remaining += gb(250);
    b.use(mb(500));
    b.plan(utc(2025, 9, 1, 9));
    b.read_after(minutes{10});
    EXPECT_TRUE(b.has(MeterEvent::top_up));
    EXPECT_EQ(b.change.events.size(), 1U);
    const Bytes rise = own_count ? gb(250) : gb(250) - mb(500);  // without an own count, use and top-up are one number
    EXPECT_EQ(b.cycle().allocation, kTerabyte + rise);
    EXPECT_EQ(b.cycle().top_ups, rise);
    EXPECT_EQ(b.cycle().used, own_count ? gb(960) + mb(500) : gb(960));
    EXPECT_GT(*b.today().budget, budget);
    EXPECT_EQ(b.cycle().end, utc(2025, 10, 1, 9));
  }
}

TEST(Ledger, UseBeyondTheCapIsNoTopUpAlthoughNothingFallsAnyMore) {
  Book b(monthly());
  b.line.time = utc(2025, 9, 20);
  b.line.used = gb(999);
  b.line.remaining = gb(1);
  b.read();
  for (int i = 0; i < 20; ++i) {
    *b.line.used += gb(1);
    b.line.remaining = Bytes{0};
    b.read_after(minutes{10});
    ASSERT_TRUE(b.change.events.empty());
  }
  EXPECT_EQ(b.cycle().used, gb(1'019));
  EXPECT_EQ(b.cycle().allocation, kTerabyte);
}

TEST(Ledger, MoreLeftThanTheAllocationGrowsItOnce) {
  Book b = fresh_plan();
  Book c;
  c.line.time = utc(2025, 9, 1, 9, 10);
  c.line.remaining = gb(1'500);
  c.plan(utc(2025, 9, 1, 9));
  c.read();
  EXPECT_TRUE(c.has(MeterEvent::over_allocation));
  EXPECT_TRUE(c.violates(Field::allocation));
  EXPECT_EQ(c.cycle().allocation, gb(1'500));
  EXPECT_EQ(c.cycle().used, Bytes{0});
  c.use(gb(1));
  c.read_after(minutes{10});
  EXPECT_TRUE(c.change.events.empty());
  EXPECT_TRUE(c.change.violations.empty());
  EXPECT_EQ(c.cycle().used, gb(1));
}

TEST(Ledger, TheLinesOwnAllocationWinsAndASurpriseIsSaidOnce) {
  Book b(monthly());
  b.line.time = utc(2025, 9, 2);
  b.line.used = gb(10);
  b.line.remaining = gb(490);
  b.line.allocation = gb(500);
  b.read();
  EXPECT_TRUE(b.violates(Field::allocation));
  EXPECT_EQ(b.cycle().allocation, gb(500));
  b.read_after(minutes{10});
  EXPECT_FALSE(b.violates(Field::allocation));
  *b.line.allocation += gb(100);  // a top-up as this router tells it
  *b.line.remaining += gb(100);
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::top_up));
  EXPECT_EQ(b.change.events.size(), 1U);
  EXPECT_EQ(b.cycle().allocation, gb(600));
  EXPECT_EQ(b.cycle().top_ups, gb(100));
  EXPECT_EQ(b.cycle().used, gb(10));
  b.line.allocation.reset();  // left out for a while: still true
  b.read_after(minutes{10});
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().allocation, gb(600));
  EXPECT_TRUE(b.change.violations.empty());
}

TEST(Ledger, AnAllocationThatCannotBeIsIgnored) {
  Book b(monthly());
  b.line.used = gb(300);
  b.line.remaining = gb(700);
  for (const Bytes nonsense : {Bytes{0}, gb(299), Bytes{-1}, kMaxPlausible + Bytes{1}}) {
    b.line.allocation = nonsense;
    b.read_after(minutes{10});
    EXPECT_EQ(b.cycle().allocation, kTerabyte);
  }
}

TEST(Ledger, ACorrectedConfigurationIsFollowedAndCountsNothing) {
  Book b = fresh_plan();
  b.run(hours{10}, mb(100));
  b.household.plan.allocation = gb(1'200);
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().allocation, gb(1'200));
  EXPECT_EQ(b.cycle().used, gb(206));  // by the remaining amount, that is what is missing
  EXPECT_EQ(b.state.usage_total, gb(6));
  EXPECT_TRUE(b.change.events.empty());
  b.use(gb(1));
  b.read_after(minutes{10});
  EXPECT_EQ(b.state.usage_total, gb(7));
  b.household.plan.allocation = kTerabyte;
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().used, gb(7));
  b.household.plan.allocation.reset();
  b.use(gb(1));
  b.read_after(minutes{10});
  EXPECT_FALSE(b.cycle().allocation);
  EXPECT_EQ(b.cycle().used, gb(8));
  EXPECT_EQ(b.state.usage_total, gb(8));
  b.household.plan.allocation = kTerabyte;
  b.use(gb(1));
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().used, gb(9));
  EXPECT_EQ(b.state.usage_total, gb(9));
}

TEST(Ledger, ACorrectedConfigurationChangesNoCountOfTheMeterItself) {
  Book b(monthly());
  b.line.used = gb(300);
  b.line.remaining = gb(700);
  b.read();
  b.household.plan.allocation = gb(1'200);
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().allocation, gb(1'200));
  EXPECT_EQ(b.cycle().used, gb(300));
  EXPECT_EQ(b.cycle().used_peak, gb(300));
}

TEST(Ledger, F09_UnlimitedHasUseAndCyclesButNoBudget) {
  Book b;
  b.household.plan.allocation.reset();
  b.line.time = utc(2025, 9, 1, 9, 10);
  b.line.remaining = gb(885);
  b.plan(utc(2025, 9, 1, 9));
  b.read();
  b.run(hours{24}, mb(100));
  EXPECT_EQ(b.cycle().used, mb(14'400));
  EXPECT_EQ(b.state.usage_total, mb(14'400));
  EXPECT_FALSE(b.cycle().allocation);
  EXPECT_FALSE(b.today().budget);
  b.line.remaining = gb(1'000);
  b.line.time = utc(2025, 10, 1, 9, 5);
  b.plan(utc(2025, 10, 1, 9));
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.cycle().used, Bytes{0});
  EXPECT_EQ(b.state.usage_total, mb(14'400));
  b.use(gb(1));
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().used, gb(1));
}

TEST(Ledger, F09_AnAllocationOfZeroDividesNothing) {
  Book b;
  b.household.plan.allocation = Bytes{0};
  b.line.used = Bytes{0};
  b.line.remaining = Bytes{0};
  b.plan(utc(2025, 8, 31));
  b.read();
  b.line.used = gb(1);
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().allocation, Bytes{0});
  EXPECT_EQ(b.cycle().used, gb(1));
  EXPECT_EQ(b.today().budget, Bytes{0});
}

}  // namespace
}  // namespace taara::book
