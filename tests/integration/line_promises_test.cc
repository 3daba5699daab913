// SPDX-License-Identifier: Apache-2.0
// What the exporter promises to the line: gentle polls, few logins, limits that hold across restarts.
#include <gtest/gtest.h>

#include "house.h"

namespace taara::test {
namespace {

TEST(Promises, ADayIs144PollsOneLoginAndNoMore) {
  const SimProcess sim({"--seed", "1", "--punctual", "--token-life", "40d"});
  House house(sim, SourceKind::taara);
  house.poll();
  const Time first = house.clock().wall();
  house.polls(144);
  EXPECT_GE(house.clock().wall() - first, std::chrono::hours{24});
  EXPECT_LE(house.clock().wall() - first, std::chrono::hours{24} + seconds{60});
  EXPECT_EQ(sim.state("home-1", "reads"), 145);  // both ends of the day
  EXPECT_EQ(sim.state("home-1", "logins"), 1);
  EXPECT_GE(house.page()[home("taara_data_quality_ratio")], 0.99);
}

TEST(Promises, TheLimitHoldsAcrossRestartsInEveryState) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara);
  house.poll();
  for (int i = 0; i < 20; ++i) {
    house.restart();
    house.pass(seconds{20}, seconds{5});
  }
  EXPECT_EQ(sim.state("home-1", "reads"), 1);
  house.pass(seconds{400}, seconds{10});
  EXPECT_EQ(sim.state("home-1", "reads"), 2);
  sim.control("fault?household=home-1&name=status&value=503");
  house.pass(seconds{650}, seconds{10});
  const double asked = sim.state("home-1", "requests");
  for (int i = 0; i < 10; ++i) {
    house.restart();
    house.pass(seconds{5});
  }
  EXPECT_EQ(sim.state("home-1", "requests"), asked) << "a failure that reached the line counts as its poll";
}

TEST(Promises, R13_TooManyRequestsIsHonouredAndNoLoginIsTried) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara);
  house.poll();
  sim.control("fault?household=home-1&name=status&value=429,7200&count=1");
  house.poll();
  const double requests = sim.state("home-1", "requests");
  const double logins = sim.state("home-1", "logins");
  house.pass(seconds{7190}, seconds{10});
  EXPECT_EQ(sim.state("home-1", "requests"), requests) << house.log();
  house.pass(seconds{1500}, seconds{10});
  EXPECT_GT(sim.state("home-1", "requests"), requests);
  EXPECT_EQ(sim.state("home-1", "logins"), logins);
}

TEST(Promises, R17_AfterARejectedLoginTheCloudIsLeftAlone) {
  const SimProcess sim({"--seed", "1", "--punctual", "--fault", "login_401"});
  House house(sim, SourceKind::taara);
  house.pass(std::chrono::hours{23}, seconds{60});
  EXPECT_EQ(sim.state("home-1", "login_failures"), 1) << house.log();
  EXPECT_EQ(house.page()[home("taara_credentials_rejected")], 1);
}

TEST(Promises, R17_R18_ARejectedRouterLoginIsPacedAndRecoversByItself) {
  const SimProcess sim({"--seed", "1", "--punctual", "--fault", "login_401"});
  House house(sim, SourceKind::router);
  house.pass(std::chrono::hours{24}, seconds{60});
  EXPECT_LE(sim.state("home-1", "login_failures"), 7);
  EXPECT_GE(sim.state("home-1", "login_failures"), 4);
  sim.control("clear");
  house.pass(std::chrono::hours{7}, seconds{60});
  EXPECT_EQ(house.page()[home("taara_up")], 1) << house.log();
  EXPECT_EQ(house.page()[home("taara_credentials_rejected")], 0);
}

TEST(Promises, R15_R20_OneLoginMoreInThePollSavesIt) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara);
  house.poll();
  sim.control("expire_tokens?household=home-1");
  house.poll();
  EXPECT_EQ(house.page()[home("taara_up")], 1);
  EXPECT_EQ(sim.state("home-1", "logins"), 2);
}

TEST(Promises, R16_DataRefusedFiveTimesInARowMakesLoginsHourly) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara);
  house.poll();
  sim.control("fault?household=home-1&name=data_401_always");
  house.pass(std::chrono::hours{6}, seconds{60});
  const double logins = sim.state("home-1", "logins");
  house.pass(std::chrono::hours{12}, seconds{60});
  EXPECT_LE(sim.state("home-1", "logins") - logins, 12);
  EXPECT_GE(sim.state("home-1", "logins") - logins, 8);
  sim.control("clear");
  house.pass(std::chrono::hours{2}, seconds{60});
  EXPECT_EQ(house.page()[home("taara_up")], 1) << house.log();
}

TEST(Promises, AReloadedPaceHoldsAtOnce) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara, 1, [](Config& config) { config.polling.interval = std::chrono::hours{24}; });
  house.polls(1);
  house.reload([](Config& config) { config.polling.interval = seconds{600}; });
  house.pass(seconds{610}, seconds{10});
  EXPECT_EQ(sim.state("home-1", "reads"), 2);
}

TEST(Promises, AReloadMovesTheRegularMessagesAndKeepsTheSession) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara);
  house.poll();
  EXPECT_EQ(house.page()[home("taara_digest_hour")], 7);
  EXPECT_EQ(house.page()[home("taara_digest_weekday")], 1);
  house.reload([](Config& config) { config.households.front().digest = {.hour = 18, .weekday = 0}; });
  EXPECT_EQ(house.page()[home("taara_digest_hour")], 18);
  EXPECT_EQ(house.page()[home("taara_digest_weekday")], 0);
  house.poll();
  EXPECT_EQ(house.page()["taara_logins_total{household=\"home-1\",result=\"ok\"}"], 1);
}

TEST(Promises, AReloadBringsAndTakesHouseholds) {
  const SimProcess sim({"--seed", "1", "--punctual", "--households", "2"});
  House house(sim, SourceKind::taara, 2);
  house.pass(seconds{5});
  const double counted = *house.page()[home("taara_usage_bytes_total")];
  house.reload([](Config& config) { config.households.pop_back(); });
  EXPECT_FALSE(house.page()["taara_up{household=\"home-2\"}"]);
  EXPECT_EQ(house.page()[home("taara_usage_bytes_total")], counted);
  house.reload([](Config& config) {
    config.households.push_back(config.households.front());
    config.households.back().name = "home-2";
    config.households.back().account.phone = "700000002";
    config.households.back().account.hotspot_id = "hotspot-2";
  });
  house.pass(seconds{5});
  EXPECT_EQ(house.page()["taara_up{household=\"home-2\"}"], 1) << house.log();
  EXPECT_EQ(sim.state("home-2", "reads"), 1) << "the limit holds for who comes back";
}

TEST(Promises, LogsOutOnShutdown) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara);
  house.poll();
  house.poller().log_out(milliseconds{1000});
  EXPECT_EQ(sim.state("home-1", "logouts"), 1);
}

TEST(Promises, ALineThatNeverAnswersLogsOutWithinItsTime) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara);
  house.poll();
  sim.control("fault?household=home-1&name=logout_hang");
  const auto start = std::chrono::steady_clock::now();
  house.poller().log_out(milliseconds{300});
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds{2});
}

TEST(Promises, AThousandHouseholdsAreSpreadAndNoneIsForgotten) {
  const SimProcess sim({"--seed", "1", "--punctual", "--households", "1000"});
  House house(sim, SourceKind::taara, 1000);
  house.pass(seconds{602}, seconds{1});
  const Page page = house.page();
  int up = 0;
  for (int i = 1; i <= 1000; ++i) up += page["taara_up{household=\"home-" + std::to_string(i) + "\"}"] == 1 ? 1 : 0;
  EXPECT_EQ(up, 1000);
}

}  // namespace
}  // namespace taara::test
