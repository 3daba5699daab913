// SPDX-License-Identifier: Apache-2.0
#include "io/store_queue.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

WaitingPoll waiting(const std::string& household, int i, std::size_t raw = 0) {
  WaitingPoll poll;
  poll.household = household;
  poll.started = Time{seconds{i}};
  poll.raw = std::string(raw, 'x');
  return poll;
}

TEST(SaveQueue, D01_KeepsSevenDaysOfEachHouseholdAndCountsWhatItDrops) {
  SaveQueue queue(QueueLimits{});
  for (int i = 0; i < 1010; ++i) queue.push(waiting("home", i));
  queue.push(waiting("cottage", 0));
  EXPECT_EQ(queue.polls().size(), 1009U);
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(queue.polls().front().started, Time{seconds{2}});
}

TEST(SaveQueue, RawAnswersGoBeforeReadings) {
  SaveQueue queue(QueueLimits{100, 10'000 + 4 * sizeof(WaitingPoll)});
  for (int i = 0; i < 3; ++i) queue.push(waiting("home", i, 5000));
  EXPECT_EQ(queue.dropped(), 0U);
  EXPECT_TRUE(queue.polls()[0].raw.empty());
  EXPECT_FALSE(queue.polls()[2].raw.empty());
}

TEST(SaveQueue, IsBoundedInBytesOverAllHouseholds) {
  SaveQueue queue(QueueLimits{1008, 100'000});
  for (int i = 0; i < 10'000; ++i) queue.push(waiting("h" + std::to_string(i), i, 1000));
  EXPECT_LE(queue.polls().size(), 100'000 / sizeof(WaitingPoll));
  EXPECT_EQ(queue.polls().size() + queue.dropped(), 10'000U);
  EXPECT_EQ(queue.polls().back().started, Time{seconds{9999}});
}

TEST(SaveQueue, KeepsTheTotalsOfDroppedPolls) {
  SaveQueue queue(QueueLimits{1, 1'000'000});
  for (int i = 0; i < 4; ++i) {
    WaitingPoll poll = waiting("home", i);
    poll.change.hours = {{Time{seconds{i < 2 ? 0 : 3600}}, Bytes{i}}};
    if (i == 0) poll.change.ended_cycle = Cycle{};
    queue.push(std::move(poll));
  }
  ASSERT_EQ(queue.totals_of_dropped().size(), 1U);
  const Totals& totals = queue.totals_of_dropped().at("home");
  ASSERT_EQ(totals.hours.size(), 2U);
  EXPECT_EQ(totals.hours[0].used, Bytes{1});
  EXPECT_EQ(totals.hours[1].used, Bytes{2});
  EXPECT_EQ(totals.ended_cycles.size(), 1U);
  queue.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.dropped(), 3U);
}

TEST(SaveQueue, KnowsTheCycleThatEndedLastEvenOfDroppedPolls) {
  SaveQueue queue(QueueLimits{2, 1'000'000});
  EXPECT_EQ(queue.last_ended_cycle("home"), nullptr);
  const auto ended = [&](int i, std::int64_t used) {
    WaitingPoll poll = waiting("home", i);
    poll.change.ended_cycle = Cycle{};
    poll.change.ended_cycle->used = Bytes{used};
    queue.push(std::move(poll));
  };
  ended(0, 7);
  ended(1, 8);
  queue.push(waiting("cottage", 1));
  ASSERT_NE(queue.last_ended_cycle("home"), nullptr);
  EXPECT_EQ(queue.last_ended_cycle("home")->used, Bytes{8});
  for (int i = 2; i < 5; ++i) queue.push(waiting("home", i));
  ASSERT_NE(queue.last_ended_cycle("home"), nullptr);
  EXPECT_EQ(queue.last_ended_cycle("home")->used, Bytes{8});
  EXPECT_EQ(queue.last_ended_cycle("cottage"), nullptr);
}

}  // namespace
}  // namespace taara
