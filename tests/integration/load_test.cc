// SPDX-License-Identifier: Apache-2.0
// Polls with mixed faults while many clients read every page: under the thread sanitizer no race, under the address
// sanitizer no fault, and the store holds exactly the readings that were usable.
#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <random>
#include <thread>

#include "api_contract.h"
#include "house.h"

namespace taara::test {
namespace {

constexpr int kPolls = 400;
constexpr int kClients = 8;
constexpr std::uint64_t kPagesOfEach = 1500;  // more would use up the ports of loopback

TEST(Load, P14_PollsWithFaultsWhileClientsReadEverything) {
  const SimProcess sim({"--seed", "5", "--punctual"});
  House house(sim, SourceKind::taara, 1, [](Config& config) {
    config.polling.connect_timeout = config.polling.timeout = seconds{1};
    config.log_level = LogLevel::warn;
  });
  house.poll();
  const ServedHouse served(house);
  std::atomic<int> busy{kClients};
  std::atomic<std::uint64_t> answers{0};
  std::mutex mutex;
  std::map<std::string, int> refused;
  std::vector<std::jthread> clients;
  clients.reserve(kClients);
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      const std::array<const char*, 6> pages{"/metrics", "/",        "/household/home-1",
                                             "/metrics", "/-/ready", "/api/v1/forecast?household=home-1"};
      for (std::size_t at = 0; at < kPagesOfEach; ++at) {
        const std::string page_name = pages.at((at + static_cast<std::size_t>(i)) % pages.size());
        const Fetched page = fetch(served.url() + page_name);
        ++answers;
        if (page.status == 200) continue;
        const std::lock_guard lock(mutex);
        ++refused[page_name + " " + std::to_string(page.status) + " " + page.body];
      }
      --busy;
    });
  }
  std::mt19937 random(11);
  const std::vector<std::string> faults{"html_login",    "status",        "truncated_json", "empty",
                                        "bom",           "deep_nesting",  "data_401_once",  "balance_text",
                                        "field_missing", "duplicate_key", "endpoint_404",   "plan_name",
                                        "rst_in_body",   "counter_back",  "number_text",    "silent"};
  int polls = 0;
  for (; polls < kPolls || busy > 0; ++polls) {
    if (random() % 10 == 0) sim.control("fault?household=home-1&count=1&name=" + faults.at(random() % faults.size()));
    house.poll();
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << polls;
  }
  std::cout << polls << " polls, " << answers << " pages\n";
  for (const auto& [what, times] : refused) ADD_FAILURE() << times << " times: " << what;
  const auto counted = [&](const char* result) {
    return house.page()["taara_polls_total{household=\"home-1\",result=\"" + std::string(result) + "\"}"].value_or(-1);
  };
  EXPECT_GT(counted("failed"), 10);
  const double all = counted("success") + counted("partial") + counted("failed");
  house.restart();
  EXPECT_EQ(house.page()["taara_store_readings"], all);
}

}  // namespace
}  // namespace taara::test
