// SPDX-License-Identifier: Apache-2.0
// What nobody believes at once: zeros, resets, units that change, jumps that no line can carry.
#include "core/ledger.h"
#include "unit/core/book.h"

namespace taara::book {
namespace {

Book cloud_at(Bytes remaining) {
  Book b;
  b.line.time = utc(2025, 9, 11, 9);
  b.line.remaining = remaining;
  b.plan(utc(2025, 9, 1, 9));
  b.read();
  b.run(hours{12}, mb(100));
  return b;
}

Book router_at(Bytes used) {
  Book b(monthly());
  b.line.time = utc(2025, 9, 11, 9);
  b.line.used = used;
  b.line.remaining = kTerabyte - used;
  b.read();
  b.run(hours{12}, mb(100));
  return b;
}

Bytes sum_of_hours(const Book& b) {
  Bytes sum;
  for (const Hour& hour : b.state.hours) sum += hour.used;
  return sum;
}

TEST(LedgerSuspect, R27_AUnitThatChangesIsBelievedOnlyTheThirdTimeAndNeverCounted) {
  Book b = cloud_at(gb(900));
  const Bytes total = b.state.usage_total;
  const Bytes hours_before = sum_of_hours(b);
  b.line.remaining = Bytes{b.line.remaining->count / 1000};
  b.read_after(minutes{10});
  EXPECT_FALSE(b.change.accepted);
  EXPECT_TRUE(b.has(MeterEvent::suspect));
  EXPECT_TRUE(b.violates(Field::meter));
  EXPECT_EQ(b.cycle().used, total);
  b.use(mb(1));
  b.read_after(minutes{10});
  EXPECT_FALSE(b.change.accepted);
  EXPECT_TRUE(b.violates(Field::meter));
  b.use(mb(1));
  b.read_after(minutes{10});
  EXPECT_TRUE(b.change.accepted);
  EXPECT_TRUE(b.has(MeterEvent::suspect_confirmed));
  EXPECT_FALSE(b.state.suspect);
  EXPECT_EQ(b.state.usage_total, total + mb(2));  // what came after the jump is real
  EXPECT_EQ(sum_of_hours(b), hours_before + mb(2));
  EXPECT_EQ(b.cycle().used, kTerabyte - *b.line.remaining);
  // The right unit comes back: what nobody counted comes back too, and no allocation grows.
  b.line.remaining = gb(885);
  b.read_after(minutes{10});
  EXPECT_FALSE(b.has(MeterEvent::top_up));
  EXPECT_EQ(b.cycle().allocation, kTerabyte);
  EXPECT_EQ(b.cycle().used, gb(115));
}

TEST(LedgerSuspect, R27_AGlitchIsDroppedWhenTheMeterIsRightAgain) {
  Book b = cloud_at(gb(900));
  const Bytes right = *b.line.remaining;
  const Bytes total = b.state.usage_total;
  for (int polls = 1; polls <= 2; ++polls) {
    b.line.remaining = gb(3);
    for (int i = 0; i < polls; ++i) EXPECT_FALSE(b.read_after(minutes{10}).accepted);
    b.line.remaining = right;
    b.read_after(minutes{10});
    EXPECT_TRUE(b.change.accepted);
    EXPECT_TRUE(b.has(MeterEvent::suspect_dropped));
    EXPECT_EQ(b.state.usage_total, total);
  }
}

TEST(LedgerSuspect, R27_SuspectsThatDontAgreeConfirmNothing) {
  Book b = cloud_at(gb(900));
  for (int i = 0; i < 20; ++i) {
    b.line.remaining = gb(i % 2 == 0 ? 500 : 300);
    EXPECT_FALSE(b.read_after(minutes{1}).accepted);
  }
}

TEST(LedgerSuspect, R27_ABalanceBeyondTwiceTheAllocationNeedsThreePolls) {
  Book b = cloud_at(gb(900));
  const Bytes right = *b.line.remaining;
  b.line.remaining = Bytes{right.count * 1000};
  EXPECT_FALSE(b.read_after(minutes{10}).accepted);
  EXPECT_FALSE(b.read_after(minutes{10}).accepted);
  b.line.remaining = right;
  EXPECT_TRUE(b.read_after(minutes{10}).accepted);
  EXPECT_EQ(b.cycle().allocation, kTerabyte);
}

TEST(LedgerSuspect, R27_FasterThanConfiguredForAWhileIsCaughtUpOnAverage) {
  Book b = cloud_at(gb(900));
  const Bytes total = b.state.usage_total;
  for (int i = 0; i < 4; ++i) {
    b.use(gb(12));  // 160 Mbit/s on a line of 100
    b.read_after(minutes{10});
  }
  for (int i = 0; i < 4; ++i) b.read_after(minutes{10});
  EXPECT_EQ(b.state.usage_total, total + gb(48));
  EXPECT_EQ(b.cycle().uncounted, Bytes{0});
}

TEST(LedgerSuspect, FrozenFourteenHoursThenAJumpIsUse) {
  Book b = cloud_at(gb(900));
  const Bytes total = b.state.usage_total;
  b.run(hours{14}, Bytes{0});
  EXPECT_EQ(*b.state.moved, b.line.time - hours{14});
  b.use(gb(100));
  b.read_after(minutes{10});
  EXPECT_TRUE(b.change.accepted);
  EXPECT_TRUE(b.change.events.empty());
  EXPECT_EQ(b.state.usage_total, total + gb(100));
}

TEST(LedgerSuspect, R25_AZeroAmongGoodValuesCountsNothing) {
  Book b = cloud_at(gb(900));
  const LedgerState before = b.state;
  const Bytes right = *b.line.remaining;
  b.line.remaining = Bytes{0};
  EXPECT_FALSE(b.read_after(minutes{10}).accepted);
  EXPECT_TRUE(b.has(MeterEvent::suspect));
  EXPECT_EQ(b.state.last->remaining, right);
  b.line.remaining = right - mb(50);
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::suspect_dropped));
  EXPECT_EQ(b.state.usage_total, before.usage_total + mb(50));

  Book r = router_at(gb(300));
  const Bytes total = r.state.usage_total;
  const Bytes used = *r.line.used;
  r.line.used = Bytes{0};
  EXPECT_FALSE(r.read_after(minutes{10}).accepted);
  r.line.used = used;
  EXPECT_TRUE(r.read_after(minutes{10}).accepted);
  EXPECT_EQ(r.state.usage_total, total);
  EXPECT_EQ(r.cycle().offset, Bytes{0});
}

TEST(LedgerSuspect, R25_AConfirmedZeroThatRecoversLeavesNoTrace) {
  Book b = cloud_at(gb(900));
  const Bytes right = *b.line.remaining;
  const Bytes total = b.state.usage_total;
  b.line.remaining = Bytes{0};
  EXPECT_FALSE(b.read_after(minutes{10}).accepted);
  EXPECT_TRUE(b.read_after(minutes{10}).accepted);
  EXPECT_TRUE(b.has(MeterEvent::suspect_confirmed));
  EXPECT_EQ(b.cycle().used, kTerabyte);
  EXPECT_EQ(b.state.usage_total, total);
  EXPECT_TRUE(b.read_after(minutes{10}).accepted);
  b.line.remaining = right - mb(30);
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().allocation, kTerabyte);
  EXPECT_EQ(b.cycle().top_ups, Bytes{0});
  EXPECT_EQ(b.cycle().used, kTerabyte - *b.line.remaining);
  EXPECT_EQ(b.cycle().uncounted, Bytes{0});
  EXPECT_EQ(b.state.usage_total, total + mb(30));
}

TEST(LedgerSuspect, R23_ARouterRebootInMidCycleContinuesTheCount) {
  Book b = router_at(gb(300));
  const Bytes used = b.cycle().used;
  b.line.used = mb(40);
  b.line.remaining = kTerabyte - mb(40);
  EXPECT_FALSE(b.read_after(minutes{10}).accepted);
  b.use(mb(60));
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::suspect_confirmed));
  EXPECT_TRUE(b.has(MeterEvent::reset_unexpected));
  EXPECT_EQ(b.cycle().offset, used);
  EXPECT_EQ(b.cycle().used, used + mb(100));
  EXPECT_EQ(b.state.usage_total, used + mb(100));
  EXPECT_FALSE(b.change.ended_cycle);
  b.run(hours{3}, mb(100));
  EXPECT_EQ(b.cycle().used, used + mb(1'900));
}

TEST(LedgerSuspect, R23_ARouterThatTellsOnlyWhatIsLeft) {
  Book b = router_at(gb(300));
  b.line.used.reset();
  b.run(hours{1}, mb(100));
  const Bytes used = b.cycle().used;
  b.line.remaining = kTerabyte;
  b.read_after(minutes{10});
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::reset_unexpected));
  EXPECT_EQ(b.cycle().used, used);
  EXPECT_EQ(b.cycle().allocation, kTerabyte);
  b.use(gb(2));
  b.read_after(minutes{10});
  EXPECT_EQ(b.cycle().used, used + gb(2));
}

TEST(LedgerSuspect, R23_AMeterThatComesBackFromItsResetIsNotCountedTwice) {
  Book b = router_at(gb(300));
  const Bytes used = *b.line.used;
  b.line.used = Bytes{0};
  b.line.remaining = kTerabyte;
  b.read_after(minutes{10});
  b.read_after(minutes{10});
  ASSERT_TRUE(b.has(MeterEvent::reset_unexpected));
  b.line.used = used + mb(80);
  b.line.remaining = kTerabyte - used - mb(80);
  b.read_after(minutes{10});
  EXPECT_TRUE(b.change.accepted);
  EXPECT_EQ(b.cycle().offset, Bytes{0});
  EXPECT_EQ(b.cycle().used, used + mb(80));
  EXPECT_EQ(b.state.usage_total, used + mb(80));
}

TEST(LedgerSuspect, R24_AWrapAt32BitsIsAnUnexpectedReset) {
  Book b(monthly());
  b.line.time = utc(2025, 9, 11, 9);
  b.line.used = Bytes{4'294'000'000};
  b.read();
  const Bytes used = b.cycle().used;
  b.line.used = Bytes{500'000};
  b.read_after(minutes{10});
  EXPECT_FALSE(b.change.accepted);
  b.line.used = Bytes{900'000};
  b.read_after(minutes{10});
  EXPECT_TRUE(b.has(MeterEvent::reset_unexpected));
  EXPECT_EQ(b.cycle().used, used + Bytes{900'000});
  EXPECT_EQ(b.state.usage_total, used + Bytes{900'000});
}

}  // namespace
}  // namespace taara::book
