// SPDX-License-Identifier: Apache-2.0
// What the meter says against what the family truly used: the simulated line knows both.
#include <gtest/gtest.h>

#include "house.h"

namespace taara::test {
namespace {

constexpr double kGB = 1e9;

class Meaning : public testing::Test {
 protected:
  const SimProcess sim_{{"--seed", "3", "--punctual"}};
  House house_{sim_, SourceKind::taara};
};

TEST_F(Meaning, AMonthIsCountedToTheByte) {
  house_.poll();
  const double used_before = sim_.state("home-1", "plan.total_consumed");
  const double counted_before = house_.page()[home("taara_usage_bytes_total")].value_or(0);
  double last = counted_before;
  for (int i = 0; i < 144 * 10; ++i) {  // ten days
    house_.poll();
    const double now = house_.page()[home("taara_usage_bytes_total")].value_or(-1);
    ASSERT_GE(now, last) << "the counter is monotone";
    last = now;
  }
  EXPECT_NEAR(last - counted_before, sim_.state("home-1", "plan.total_consumed") - used_before, 2);
  const Page page = house_.page();
  EXPECT_EQ(page[home("taara_used_bytes")].value_or(0) + page[home("taara_remaining_bytes")].value_or(0),
            page[home("taara_allocation_bytes")]);
  EXPECT_EQ(page[home("taara_reading_resolution_bytes")], 1);
  EXPECT_TRUE(page["taara_day_used_bytes{household=\"home-1\",day=\"7\"}"]) << page.text();
  double week = 0;
  for (int day = 1; day <= 7; ++day)
    week += page["taara_day_used_bytes{household=\"home-1\",day=\"" + std::to_string(day) + "\"}"].value_or(0);
  EXPECT_GT(week, 50 * kGB);
  EXPECT_LT(week, 500 * kGB);
}

TEST_F(Meaning, TodaysBudgetIsFixedForTheDayAndLeftIsTheRest) {
  house_.pass(std::chrono::hours{30}, seconds{300});
  const Page page = house_.page();
  const auto budget = page[home("taara_budget_today_bytes")];
  ASSERT_TRUE(budget) << page.text();
  house_.polls(6);
  const Page later = house_.page();
  EXPECT_EQ(later[home("taara_budget_today_bytes")], budget);
  EXPECT_GT(later[home("taara_used_today_bytes")], page[home("taara_used_today_bytes")]);
  EXPECT_DOUBLE_EQ(later[home("taara_left_today_bytes")].value_or(0),
                   *budget - later[home("taara_used_today_bytes")].value_or(0));
}

TEST_F(Meaning, ATopUpGrowsTheAllocationAndIsNoUse) {
  house_.polls(3);
  const Page before = house_.page();
  sim_.control("topup?household=home-1&bytes=100000000000");
  house_.poll();
  const Page after = house_.page();
  EXPECT_NEAR(*after[home("taara_allocation_bytes")] - *before[home("taara_allocation_bytes")], 100 * kGB, 2 * kGB);
  EXPECT_LT(*after[home("taara_usage_bytes_total")] - *before[home("taara_usage_bytes_total")], 10 * kGB);
  EXPECT_EQ(after[home("taara_cycle_start_timestamp_seconds")], before[home("taara_cycle_start_timestamp_seconds")]);
  EXPECT_EQ(after["taara_meter_events_total{household=\"home-1\",event=\"top_up\"}"], 1);
}

TEST_F(Meaning, ARenewalBeginsACycleAndTheCounterGoesOn) {
  house_.polls(3);
  const Page before = house_.page();
  sim_.control("renew?household=home-1");
  house_.poll();
  const Page after = house_.page();
  EXPECT_GT(*after[home("taara_cycle_start_timestamp_seconds")], *before[home("taara_cycle_start_timestamp_seconds")]);
  EXPECT_LT(*after[home("taara_used_bytes")], 10 * kGB);
  EXPECT_GE(*after[home("taara_usage_bytes_total")], *before[home("taara_usage_bytes_total")]);
  EXPECT_EQ(after["taara_meter_events_total{household=\"home-1\",event=\"renewal\"}"], 1) << house_.log();
  EXPECT_FALSE(before[home("taara_last_cycle_used_bytes")]);
  EXPECT_EQ(after[home("taara_last_cycle_start_timestamp_seconds")],
            before[home("taara_cycle_start_timestamp_seconds")]);
  EXPECT_EQ(after[home("taara_last_cycle_end_timestamp_seconds")], after[home("taara_cycle_start_timestamp_seconds")]);
  EXPECT_EQ(after[home("taara_last_cycle_allocation_bytes")], before[home("taara_allocation_bytes")]);
  EXPECT_NEAR(*after[home("taara_last_cycle_used_bytes")], *before[home("taara_used_bytes")], kGB);
}

TEST_F(Meaning, AMeterFrozenFourteenHoursThatJumpsIsUseAndNoFault) {
  house_.polls(3);
  const double counted = *house_.page()[home("taara_usage_bytes_total")];
  const double consumed = sim_.state("home-1", "plan.total_consumed");
  sim_.control("fault?household=home-1&name=same_data");
  house_.polls(84);
  EXPECT_GE(*house_.page()[home("taara_meter_unchanged_seconds")], 13 * 3600);
  sim_.control("clear");
  house_.poll();
  EXPECT_NEAR(*house_.page()[home("taara_usage_bytes_total")] - counted,
              sim_.state("home-1", "plan.total_consumed") - consumed, 2);
  EXPECT_EQ(house_.page()["taara_meter_events_total{household=\"home-1\",event=\"suspect\"}"], 0);
}

TEST(MeaningOfARouter, ItCountsTheSame) {
  const SimProcess sim({"--seed", "5", "--punctual"});
  House house(sim, SourceKind::router);
  house.poll();
  const double counted = *house.page()[home("taara_usage_bytes_total")];
  const double consumed = sim.state("home-1", "month.total_consumed");
  house.polls(144 * 3);
  EXPECT_NEAR(*house.page()[home("taara_usage_bytes_total")] - counted,
              sim.state("home-1", "month.total_consumed") - consumed, 3 * 1048576);
}

TEST_F(Meaning, MeasuredValuesStayADayWithoutReadingsAndThenGo) {
  house_.polls(3);
  sim_.control("fault?household=home-1&name=status&value=500");
  house_.pass(std::chrono::hours{23}, seconds{300});
  const Page blind = house_.page();
  EXPECT_EQ(blind[home("taara_up")], 0);
  EXPECT_TRUE(blind[home("taara_remaining_bytes")]);
  EXPECT_TRUE(blind[home("taara_reading_timestamp_seconds")]);
  house_.pass(std::chrono::hours{2}, seconds{300});
  const Page dark = house_.page();
  EXPECT_EQ(dark[home("taara_up")], 0);
  EXPECT_FALSE(dark[home("taara_remaining_bytes")]);
  EXPECT_FALSE(dark[home("taara_used_bytes")]);
}

TEST_F(Meaning, ARestartInAnyStateChangesNoNumber) {
  const auto measured = [&] {
    std::map<std::string, std::optional<double>> values;
    for (const auto* name : {"used_bytes",
                             "remaining_bytes",
                             "allocation_bytes",
                             "usage_bytes_total",
                             "budget_today_bytes",
                             "last_cycle_used_bytes",
                             "last_cycle_end_timestamp_seconds",
                             "quiet_hour",
                             "used_today_bytes",
                             "left_today_bytes",
                             "cycle_start_timestamp_seconds",
                             "peak_hour",
                             "cycle_end_timestamp_seconds",
                             "reading_timestamp_seconds",
                             "reading_resolution_bytes",
                             "budget_streak",
                             "data_quality_ratio",
                             "up",
                             "breaker_open",
                             "meter_unchanged_seconds"})
      values[name] = house_.page()[home(std::string("taara_") + name)];
    return values;
  };
  const auto same_after_restart = [&](const char* state) {
    const auto before = measured();
    house_.restart();
    EXPECT_EQ(measured(), before) << state;
  };
  house_.poll();
  same_after_restart("after the first reading");
  house_.polls(200);
  same_after_restart("on the second day");
  sim_.control("topup?household=home-1&bytes=50000000000");
  house_.poll();
  same_after_restart("after a top-up");
  sim_.control("fault?household=home-1&name=unit_switch");
  house_.poll();
  same_after_restart("with a suspect point");
  sim_.control("clear");
  sim_.control("fault?household=home-1&name=status&value=500");
  house_.pass(std::chrono::hours{4}, seconds{60});
  same_after_restart("with the breaker open");
  sim_.control("clear");
  house_.pass(std::chrono::hours{2}, seconds{60});
  sim_.control("renew?household=home-1");
  house_.poll();
  same_after_restart("after a renewal");
  EXPECT_TRUE(measured()["last_cycle_used_bytes"]);
}

}  // namespace
}  // namespace taara::test
