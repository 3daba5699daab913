// SPDX-License-Identifier: Apache-2.0
// What the meter says against what the family truly used: the simulated line knows both.
#include <gtest/gtest.h>

#include "house.h"

namespace taara::test {
namespace {

std::string home(const std::string& name) { return name + "{household=\"home-1\"}"; }

constexpr double kGB = 1e9;

TEST(Meaning, AMonthIsCountedToTheByte) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.poll();
  const double used_before = sim.state("home-1", "plan.total_consumed");
  const double counted_before = house.page()[home("taara_usage_bytes_total")].value_or(0);
  double last = counted_before;
  for (int i = 0; i < 144 * 10; ++i) {  // ten days
    house.poll();
    const double now = house.page()[home("taara_usage_bytes_total")].value_or(-1);
    ASSERT_GE(now, last) << "the counter is monotone";
    last = now;
  }
  EXPECT_NEAR(last - counted_before, sim.state("home-1", "plan.total_consumed") - used_before, 2);
  const Page page = house.page();
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

TEST(Meaning, TodaysBudgetIsFixedForTheDayAndLeftIsTheRest) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.pass(std::chrono::hours{30}, seconds{300});
  const Page page = house.page();
  const auto budget = page[home("taara_budget_today_bytes")];
  ASSERT_TRUE(budget) << page.text();
  house.polls(6);
  const Page later = house.page();
  EXPECT_EQ(later[home("taara_budget_today_bytes")], budget);
  EXPECT_GT(later[home("taara_used_today_bytes")], page[home("taara_used_today_bytes")]);
  EXPECT_DOUBLE_EQ(later[home("taara_left_today_bytes")].value_or(0),
                   *budget - later[home("taara_used_today_bytes")].value_or(0));
}

TEST(Meaning, ATopUpGrowsTheAllocationAndIsNoUse) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.polls(3);
  const Page before = house.page();
  sim.control("topup?household=home-1&bytes=100000000000");
  house.poll();
  const Page after = house.page();
  EXPECT_NEAR(*after[home("taara_allocation_bytes")] - *before[home("taara_allocation_bytes")], 100 * kGB, 2 * kGB);
  EXPECT_LT(*after[home("taara_usage_bytes_total")] - *before[home("taara_usage_bytes_total")], 10 * kGB);
  EXPECT_EQ(after[home("taara_cycle_start_timestamp_seconds")], before[home("taara_cycle_start_timestamp_seconds")]);
  EXPECT_EQ(after["taara_meter_events_total{household=\"home-1\",event=\"top_up\"}"], 1);
}

TEST(Meaning, ARenewalBeginsACycleAndTheCounterGoesOn) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.polls(3);
  const Page before = house.page();
  sim.control("renew?household=home-1");
  house.poll();
  const Page after = house.page();
  EXPECT_GT(*after[home("taara_cycle_start_timestamp_seconds")], *before[home("taara_cycle_start_timestamp_seconds")]);
  EXPECT_LT(*after[home("taara_used_bytes")], 10 * kGB);
  EXPECT_GE(*after[home("taara_usage_bytes_total")], *before[home("taara_usage_bytes_total")]);
  EXPECT_EQ(after["taara_meter_events_total{household=\"home-1\",event=\"renewal\"}"], 1) << house.log();
}

TEST(Meaning, AMeterFrozenFourteenHoursThatJumpsIsUseAndNoFault) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.polls(3);
  const double counted = *house.page()[home("taara_usage_bytes_total")];
  const double consumed = sim.state("home-1", "plan.total_consumed");
  sim.control("fault?household=home-1&name=same_data");
  house.polls(84);
  EXPECT_GE(*house.page()[home("taara_meter_unchanged_seconds")], 13 * 3600);
  sim.control("clear");
  house.poll();
  EXPECT_NEAR(*house.page()[home("taara_usage_bytes_total")] - counted,
              sim.state("home-1", "plan.total_consumed") - consumed, 2);
  EXPECT_EQ(house.page()["taara_meter_events_total{household=\"home-1\",event=\"suspect\"}"], 0);
}

TEST(Meaning, ARouterCountsTheSame) {
  const SimProcess sim({"--seed", "5", "--punctual"});
  House house(sim, SourceKind::router);
  house.poll();
  const double counted = *house.page()[home("taara_usage_bytes_total")];
  const double consumed = sim.state("home-1", "month.total_consumed");
  house.polls(144 * 3);
  EXPECT_NEAR(*house.page()[home("taara_usage_bytes_total")] - counted,
              sim.state("home-1", "month.total_consumed") - consumed, 3 * 1048576);
}

TEST(Meaning, MeasuredValuesStayADayWithoutReadingsAndThenGo) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.polls(3);
  sim.control("fault?household=home-1&name=status&value=500");
  house.pass(std::chrono::hours{23}, seconds{300});
  const Page blind = house.page();
  EXPECT_EQ(blind[home("taara_up")], 0);
  EXPECT_TRUE(blind[home("taara_remaining_bytes")]);
  EXPECT_TRUE(blind[home("taara_reading_timestamp_seconds")]);
  house.pass(std::chrono::hours{2}, seconds{300});
  const Page dark = house.page();
  EXPECT_EQ(dark[home("taara_up")], 0);
  EXPECT_FALSE(dark[home("taara_remaining_bytes")]);
  EXPECT_FALSE(dark[home("taara_used_bytes")]);
}

TEST(Meaning, ARestartInAnyStateChangesNoNumber) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  const auto measured = [&] {
    std::map<std::string, std::optional<double>> values;
    for (const auto* name :
         {"used_bytes", "remaining_bytes", "allocation_bytes", "usage_bytes_total", "budget_today_bytes",
          "used_today_bytes", "left_today_bytes", "cycle_start_timestamp_seconds", "peak_hour",
          "cycle_end_timestamp_seconds", "reading_timestamp_seconds", "reading_resolution_bytes", "budget_streak",
          "data_quality_ratio", "up", "breaker_open", "meter_unchanged_seconds"})
      values[name] = house.page()[home(std::string("taara_") + name)];
    return values;
  };
  const auto same_after_restart = [&](const char* state) {
    const auto before = measured();
    house.restart();
    EXPECT_EQ(measured(), before) << state;
  };
  house.poll();
  same_after_restart("after the first reading");
  house.polls(200);
  same_after_restart("on the second day");
  sim.control("topup?household=home-1&bytes=50000000000");
  house.poll();
  same_after_restart("after a top-up");
  sim.control("fault?household=home-1&name=unit_switch");
  house.poll();
  same_after_restart("with a suspect point");
  sim.control("clear");
  sim.control("fault?household=home-1&name=status&value=500");
  house.pass(std::chrono::hours{4}, seconds{60});
  same_after_restart("with the breaker open");
  sim.control("clear");
  house.pass(std::chrono::hours{2}, seconds{60});
  sim.control("renew?household=home-1");
  house.poll();
  same_after_restart("after a renewal");
}

}  // namespace
}  // namespace taara::test
