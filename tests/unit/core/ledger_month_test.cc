// SPDX-License-Identifier: Apache-2.0
// Months that turn, and cycles of lines that tell little of them.
#include "core/ledger.h"
#include "unit/core/book.h"

namespace taara::book {
namespace {

struct Drop {
  const char* name;
  Time before;  // last reading with the old count
  Time after;   // first with the new one
  Time start;   // of the new cycle
  bool at_once;
};

TEST(LedgerCycle, R22_C08_TheMonthFollowsTheObservedDropWithin48Hours) {
  const Time boundary = utc(2025, 9, 30, 21);
  const Drop drops[] = {
      {"on time", boundary - minutes{4}, boundary + minutes{6}, boundary, true},
      {"30 h early", boundary - hours{30}, boundary - hours{30} + minutes{10}, boundary - hours{30} + minutes{10},
       false},
      {"40 h late", boundary + hours{40}, boundary + hours{40} + minutes{10}, boundary + hours{40}, false},
      {"in a blind gap of three days", boundary - hours{60}, boundary + hours{12}, boundary, true},
  };
  for (const bool own_count : {true, false}) {
    for (const Drop& drop : drops) {
      Book b(monthly());
      b.line.time = utc(2025, 9, 20);
      if (own_count) b.line.used = gb(700);
      b.line.remaining = gb(300);
      b.read();
      while (b.line.time < drop.before) {
        b.line.time = std::min(b.line.time + hours{1}, drop.before);
        b.use(mb(10));
        b.read();
        ASSERT_TRUE(b.change.events.empty()) << drop.name;
      }
      const Bytes old_used = b.cycle().used;
      b.line.time = drop.after;
      if (own_count) b.line.used = gb(2);
      b.line.remaining = kTerabyte - gb(2);
      b.read();
      if (!drop.at_once) {
        EXPECT_FALSE(b.change.accepted) << drop.name;
        b.read_after(minutes{10});
        EXPECT_TRUE(b.has(MeterEvent::suspect_confirmed)) << drop.name;
      }
      EXPECT_TRUE(b.has(MeterEvent::renewal)) << drop.name;
      EXPECT_FALSE(b.has(MeterEvent::reset_unexpected));
      EXPECT_EQ(b.cycle().start, drop.start) << drop.name;
      EXPECT_EQ(b.cycle().end, utc(2025, 10, 31, 21)) << drop.name;
      EXPECT_EQ(b.cycle().used, gb(2));
      EXPECT_EQ(b.cycle().allocation, kTerabyte);
      EXPECT_EQ(b.state.usage_total, old_used + gb(2));
      ASSERT_TRUE(b.change.ended_cycle);
      EXPECT_EQ(b.change.ended_cycle->used, old_used);
      EXPECT_EQ(b.change.ended_cycle->end, drop.start);
      // The boundary passes once, whenever the drop came.
      for (int i = 0; i < 144; ++i) {
        b.use(mb(10));
        b.read_after(hours{1});
        ASSERT_FALSE(b.has(MeterEvent::renewal)) << drop.name;
      }
    }
  }
}

TEST(LedgerCycle, C08_AFirstReadingJustBeforeALateResetStillSeesTheRenewal) {
  Book b(monthly());
  b.line.time = utc(2025, 10, 1, 7);  // ten hours into the month, the line still counts the old one
  b.line.used = gb(900);
  b.read();
  b.run(hours{10}, mb(100));
  b.line.used = mb(100);
  b.read_after(minutes{10});
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_FALSE(b.has(MeterEvent::reset_unexpected));
  EXPECT_EQ(b.cycle().used, mb(100));
  EXPECT_EQ(b.cycle().end, utc(2025, 10, 31, 21));
}

TEST(LedgerCycle, R23_ASecondDropAfterTheMonthHasTurnedIsAReset) {
  Book b(monthly());
  b.line.time = utc(2025, 9, 30, 20, 55);
  b.line.used = gb(700);
  b.read();
  b.line.used = gb(1);
  b.read_after(minutes{10});
  ASSERT_TRUE(b.has(MeterEvent::renewal));
  b.run(hours{20}, mb(100));
  const Bytes used = b.cycle().used;
  b.line.used = Bytes{0};
  b.read_after(minutes{10});
  EXPECT_FALSE(b.change.accepted);
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::reset_unexpected));
  EXPECT_FALSE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.cycle().used, used);
}

TEST(LedgerCycle, C08_AMeterThatRunsOnOverTheBoundaryIsCutThere) {
  Book b(monthly());
  const Time boundary = utc(2025, 9, 30, 21);
  b.line.time = boundary - hours{24};
  b.line.used = gb(700);
  b.read();
  while (b.line.time < boundary + hours{48} - minutes{10}) {
    b.run(minutes{10}, mb(100));
    ASSERT_TRUE(b.change.events.empty());
    ASSERT_EQ(b.cycle().end, boundary);
  }
  b.run(minutes{10}, mb(100));
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.cycle().start, boundary);
  EXPECT_EQ(b.cycle().end, utc(2025, 10, 31, 21));
  EXPECT_EQ(b.cycle().used, mb(28'800));
  EXPECT_LT(b.cycle().offset, Bytes{0});
  ASSERT_TRUE(b.change.ended_cycle);
  EXPECT_EQ(b.change.ended_cycle->used, gb(700) + mb(14'400));
  EXPECT_EQ(b.change.ended_cycle->end, boundary);
  EXPECT_EQ(b.state.usage_total, gb(700) + mb(43'200));
  b.run(hours{1}, mb(100));
  EXPECT_EQ(b.cycle().used, mb(29'400));
  // Two months blind: this meter is known to run on.
  b.use(gb(600));
  b.read_after(days{40});
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_GT(b.cycle().used, Bytes{0});
  EXPECT_LT(b.cycle().used, gb(600));
  EXPECT_EQ(b.change.ended_cycle->used + b.cycle().used, mb(29'400) + gb(600));
}

TEST(LedgerCycle, AfterABlindMonthTheMeterHasGoneBackAndSoDoWe) {
  Book b(monthly());
  b.line.time = utc(2025, 9, 10);
  b.line.used = gb(100);
  b.read();
  b.line.time = utc(2025, 10, 20);
  b.line.used = gb(400);  // more than before, so no drop shows
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.cycle().start, utc(2025, 9, 30, 21));
  EXPECT_EQ(b.cycle().used, gb(400));
  EXPECT_EQ(b.state.usage_total, gb(500));
}

TEST(LedgerCycle, C07_MonthlyCyclesOnDay31TurnOnTheLastDay) {
  Book b(monthly("Africa/Nairobi", 31));
  b.line.time = utc(2024, 1, 15);
  b.line.used = Bytes{0};
  b.read();
  std::vector<Time> starts;
  while (b.line.time < utc(2024, 6, 15)) {
    const Time before = b.cycle().end;
    b.line.time += hours{1};
    *b.line.used += mb(100);
    if (b.line.time > before && b.line.time - hours{1} <= before) b.line.used = mb(10);
    b.read();
    if (b.has(MeterEvent::renewal)) starts.push_back(b.cycle().start);
  }
  const std::vector<Time> expected{utc(2024, 1, 30, 21), utc(2024, 2, 28, 21), utc(2024, 3, 30, 21),
                                   utc(2024, 4, 29, 21), utc(2024, 5, 30, 21)};
  EXPECT_EQ(starts, expected);
}

TEST(LedgerCycle, ARouterWithAPlanThatTellsNoExpiryKnowsItsCycleAfterTheFirstRenewal) {
  Book b;
  b.household.source = SourceKind::router;
  b.line.time = utc(2025, 9, 10);
  b.line.used = gb(300);
  b.line.remaining = gb(700);
  b.read();
  EXPECT_FALSE(b.cycle().known());
  EXPECT_EQ(b.cycle().used, gb(300));
  EXPECT_FALSE(b.today().budget);
  b.run(hours{10}, mb(100));
  b.line.used = mb(20);
  b.line.remaining = kTerabyte - mb(20);
  b.read_after(minutes{10});
  EXPECT_FALSE(b.change.accepted);
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_TRUE(b.cycle().known());
  EXPECT_EQ(b.cycle().end, b.cycle().start + days{30});
  EXPECT_TRUE(b.today().budget);
}

TEST(LedgerCycle, ARouterWithAPlanThatTellsItsExpiryRenewsWithIt) {
  Book b;
  b.household.source = SourceKind::router;
  b.line.time = utc(2025, 9, 10);
  b.line.used = gb(300);
  b.line.expiry = utc(2025, 9, 12);
  b.read();
  b.line.used = gb(1);
  b.line.expiry = utc(2025, 10, 12);
  b.line.time = utc(2025, 9, 12, 1);
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.cycle().start, utc(2025, 9, 12));
  EXPECT_EQ(b.cycle().used, gb(1));
  // A meter that runs on although the plan is new.
  b.run(hours{24}, mb(500));
  const Bytes total = b.state.usage_total;
  b.line.time = utc(2025, 10, 12, 1);
  b.line.expiry = utc(2025, 11, 11);
  b.line.purchased = utc(2025, 10, 12);
  *b.line.used += gb(200);
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.state.usage_total - total, b.cycle().used + b.change.ended_cycle->used - (total - gb(300)));
}

TEST(LedgerCycle, TheCloudWithAMonthlyCycleFollowsARealRenewal) {
  Book b(monthly());
  b.household.source = SourceKind::taara;
  b.line.time = utc(2025, 9, 5);
  b.line.remaining = gb(100);
  b.plan(utc(2025, 8, 8));
  b.read();
  EXPECT_EQ(b.cycle().end, utc(2025, 9, 30, 21));
  b.line.time = utc(2025, 9, 7, 0, 10);
  b.line.remaining = kTerabyte;
  b.plan(utc(2025, 9, 7));
  b.read();
  EXPECT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(b.cycle().start, utc(2025, 9, 7));
  EXPECT_EQ(b.cycle().end, utc(2025, 9, 30, 21));
  EXPECT_EQ(b.cycle().used, Bytes{0});
}

}  // namespace
}  // namespace taara::book
