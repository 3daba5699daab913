// SPDX-License-Identifier: Apache-2.0
// Other versions of the program: put in place while this one runs, and stores that an older or a newer one has left.
#include <gtest/gtest.h>

#include "daemon_process.h"

namespace taara::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kKnown = "taara_remaining_bytes{household=\"home-1\"} ";

void stop(DaemonProcess& daemon) {
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0) << daemon.log();
}

// Reads the line once, which the store then knows, and stops.
void live_once(DaemonProcess& daemon) {
  daemon.wait_for_page(kKnown);
  stop(daemon);
}

std::string sql(const DaemonProcess& daemon, const std::string& words) {
  const auto done = run({"sqlite3", (daemon.folder() / "store" / "taara.db").string(), words});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  return done.output;
}

TEST(Upgrade, P12_AReplacedProgramDisturbsNoRunningOne) {
  const TempDir dir;
  const fs::path program = dir.path() / "taara_exporter";
  fs::copy_file(TAARA_EXPORTER, program);
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim, {.program = program});
  daemon.wait_for_page(kKnown);
  write_file(dir.path() / "next", "#!/bin/sh\nexit 1\n");
  fs::permissions(dir.path() / "next", fs::perms::owner_all);
  fs::rename(dir.path() / "next", program);
  EXPECT_EQ(fetch(daemon.url() + "/-/reload", "POST").status, 200);
  daemon.wait_for_page(kKnown);
  stop(daemon);
  daemon.start();
  EXPECT_EQ(daemon.wait(), 1) << "the next one is what was put there";
  fs::remove(program);
  fs::copy_file(TAARA_EXPORTER, program);
  daemon.start();
  daemon.wait_for_page(kKnown);  // from the store: the limit lets nothing be asked so soon
  EXPECT_EQ(sim.state("home-1", "reads"), 1);
}

TEST(Upgrade, P12_AnOlderVersionsStoreIsTakenOnWithAllThatItHas) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  live_once(daemon);
  const std::string readings = sql(daemon, "SELECT * FROM readings");
  (void)sql(daemon, "DROP TABLE habits; UPDATE store SET version=1; PRAGMA user_version=1");
  daemon.start();
  live_once(daemon);
  EXPECT_EQ(sql(daemon, "PRAGMA user_version"), "2\n");
  EXPECT_EQ(sql(daemon, "SELECT * FROM readings"), readings);
  EXPECT_EQ(sim.state("home-1", "reads"), 1);
}

TEST(Upgrade, P12_D22_ANewerVersionsStoreIsLeftAsItIs) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  live_once(daemon);
  (void)sql(daemon, "CREATE TABLE of_tomorrow(x); UPDATE store SET version=99; PRAGMA user_version=99");
  (void)sql(daemon, "PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string before = read_file(daemon.folder() / "store" / "taara.db");
  daemon.start();
  EXPECT_EQ(daemon.wait(), 65);
  EXPECT_NE(daemon.log().find("the newer program"), std::string::npos) << daemon.log();
  EXPECT_EQ(read_file(daemon.folder() / "store" / "taara.db"), before);
}

}  // namespace
}  // namespace taara::test
