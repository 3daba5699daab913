// SPDX-License-Identifier: Apache-2.0
// The whole exporter while its clock is wrong or its disk refuses: it goes on, says so, and loses nothing.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "house.h"

namespace taara::test {
namespace {

// The line's own clock goes with the true time, which only these tests know.
class Clocks : public testing::Test {
 protected:
  SimProcess sim_{{"--seed", "3", "--punctual", "--token-life", "900d"}};
  House house_{sim_, SourceKind::taara};
};

TEST_F(Clocks, C01_AClockSetForwardChangesNoPace) {
  house_.polls(3);
  const double reads = sim_.state("home-1", "reads");
  house_.clock().set_wall(house_.clock().wall() + std::chrono::hours{24});
  house_.pass(seconds{590}, seconds{10});
  EXPECT_EQ(sim_.state("home-1", "reads"), reads);
  house_.pass(seconds{3600}, seconds{10});
  EXPECT_NEAR(sim_.state("home-1", "reads"), reads + 6, 1);
  const Page page = house_.page();
  EXPECT_EQ(page["taara_clock_jumps_total{direction=\"forward\"}"], 1);
  EXPECT_EQ(page[home("taara_up")], 1) << house_.log();
}

TEST_F(Clocks, C02_AClockSetBackLosesNoPollAndNoByte) {
  house_.polls(3);
  const double reads = sim_.state("home-1", "reads");
  const double counted = *house_.page()[home("taara_usage_bytes_total")];
  house_.clock().set_wall(house_.clock().wall() - std::chrono::hours{1});
  house_.pass(std::chrono::hours{2}, seconds{10});
  EXPECT_NEAR(sim_.state("home-1", "reads"), reads + 12, 1) << house_.log();
  const Page page = house_.page();
  EXPECT_EQ(page["taara_clock_jumps_total{direction=\"backward\"}"], 1);
  EXPECT_GE(*page[home("taara_usage_bytes_total")], counted);
  EXPECT_EQ(page[home("taara_up")], 1);
}

TEST_F(Clocks, C03_ReadingsTakenIn1970EnterTheBookAtTheirTrueTime) {
  house_.polls(2);
  const double counted = *house_.page()[home("taara_usage_bytes_total")];
  const Time right = house_.clock().wall();
  house_.clock().set_wall(Time{seconds{1000}});
  for (int i = 0; i < 3; ++i) {
    // The line lives on in the true time.
    for (int step = 0; step < 60; ++step) {
      house_.clock().advance(milliseconds{10'000});
      house_.turn();
      for (int turn = 0; turn < 5; ++turn) house_.turn();
    }
  }
  EXPECT_EQ(house_.page()["taara_clock_trusted"], 0);
  EXPECT_EQ(house_.page()[home("taara_up")], 0);
  EXPECT_GE(house_.page()["taara_poll_errors_total{household=\"home-1\",kind=\"stale_data\"}"].value_or(0), 1);
  house_.clock().set_wall(right + std::chrono::minutes{30});
  house_.pass(seconds{1200}, seconds{10});
  const Page page = house_.page();
  EXPECT_EQ(page["taara_clock_trusted"], 1) << house_.log();
  EXPECT_EQ(page[home("taara_up")], 1);
  EXPECT_GE(*page[home("taara_usage_bytes_total")], counted);
  EXPECT_NE(house_.log().find("held readings entered the book"), std::string::npos) << house_.log();
  EXPECT_GE(*page[home("taara_reading_timestamp_seconds")],
            static_cast<double>((right + std::chrono::minutes{30}).time_since_epoch().count()));
}

TEST_F(Clocks, C03_ALineThatLivesInAnotherHourIsToldOf) {
  house_.polls(2);
  EXPECT_EQ(house_.page()["taara_clock_trusted"], 1);
  sim_.control("fault?household=home-1&name=date_header&value=Tue,%2001%20Sep%202026%2012:00:00%20GMT");
  house_.polls(2);
  EXPECT_EQ(house_.page()["taara_clock_trusted"], 0);
  EXPECT_EQ(house_.page()[home("taara_up")], 1) << "a doubt is no fault";
}

TEST_F(Clocks, C04_ALastRecordInTheFutureDelaysNothingForEver) {
  house_.polls(3);
  const double reads = sim_.state("home-1", "reads");
  house_.clock().set_wall(house_.clock().wall() - std::chrono::hours{24 * 40});
  house_.restart();
  house_.pass(seconds{1300}, seconds{10});
  EXPECT_GE(sim_.state("home-1", "reads"), reads + 1) << house_.log();
  EXPECT_EQ(house_.page()[home("taara_up")], 1);
}

TEST_F(Clocks, C09_AMachineThatSleptAsksOnce) {
  house_.polls(3);
  const double reads = sim_.state("home-1", "reads");
  house_.clock().advance(std::chrono::hours{8});
  house_.poll();
  house_.pass(seconds{590}, seconds{10});
  EXPECT_EQ(sim_.state("home-1", "reads"), reads + 1);
  EXPECT_EQ(house_.page()[home("taara_up")], 1);
}

class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(Disk, D01_D17_WhatCannotBeSavedWaitsIsServedAndSavedLater) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.polls(3);
  const double saved = *house.page()["taara_store_readings"];
  {
    const FileSizeLimit limit(4096);  // the log file of the test is held to it, too
    house.polls(5);
  }
  const Page full = house.page();
  EXPECT_EQ(full[home("taara_up")], 1);
  EXPECT_EQ(full["taara_store_writable"], 0);
  EXPECT_EQ(full["taara_store_pending_readings"], 5);
  EXPECT_GE(full["taara_store_errors_total{op=\"write\"}"], 1);
  EXPECT_EQ(full["taara_store_readings"], saved);
  house.pass(seconds{30}, seconds{5});
  const Page healed = house.page();
  EXPECT_EQ(healed["taara_store_writable"], 1);
  EXPECT_EQ(healed["taara_store_pending_readings"], 0);
  EXPECT_EQ(healed["taara_store_readings"], saved + 5);
  const double counted = *healed[home("taara_usage_bytes_total")];
  house.restart();
  EXPECT_EQ(house.page()[home("taara_usage_bytes_total")], counted);
  EXPECT_EQ(house.page()["taara_store_readings"], saved + 5);
}

TEST(Disk, D07_ADamagedStoreIsPutAsideAndTheDaemonGoesOn) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.polls(50);
  house.restart_with([&] {
    const auto file = house.store_path() / "taara.db";
    std::string bytes = read_file(file);
    for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 4096); ++i) bytes[i] = 'x';
    write_file(file, bytes);
  });
  const Page page = house.page();
  EXPECT_EQ(page["taara_store_salvages_total"], 1) << house.log();
  EXPECT_NE(house.log().find("put aside"), std::string::npos) << house.log();
  house.pass(seconds{700}, seconds{10});
  EXPECT_EQ(house.page()[home("taara_up")], 1);
  int aside = 0;
  for (const auto& file : std::filesystem::directory_iterator(house.store_path()))
    aside += file.path().filename().string().find("damaged") != std::string::npos ? 1 : 0;
  EXPECT_GE(aside, 1);
}

}  // namespace
}  // namespace taara::test
