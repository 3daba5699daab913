// SPDX-License-Identifier: Apache-2.0
// The daemon on a disk whose sync takes as long as the test wants (preload/held_sync.cc): scrapes never wait for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "daemon_process.h"

namespace taara::test {
namespace {

// A file whose presence holds every sync of the daemon.
class HeldSyncs {
 public:
  [[nodiscard]] std::vector<std::string> environment() const {
    return {"LD_PRELOAD=" TAARA_HELD_SYNC_LIBRARY, "TAARA_HELD_SYNC=" + file_.string(),
            // The sanitizer's own library comes after ours, which intercepts nothing that it watches.
            "ASAN_OPTIONS=verify_asan_link_order=0"};
  }
  void hold() const { write_file(file_, ""); }
  void let_go() const { std::filesystem::remove(file_); }
  [[nodiscard]] bool one_waits() const { return std::filesystem::exists(file_.string() + ".waiting"); }

 private:
  TempDir dir_;
  std::filesystem::path file_ = dir_.path() / "hold";
};

void add_second_household(const std::filesystem::path& config_file) {
  std::string text = read_file(config_file);
  const auto first = text.find("  - name: home-1");
  std::string second = text.substr(first, text.find("store:") - first);
  second.replace(second.find("home-1"), 6, "home-2")
      .replace(second.find("700000001"), 9, "700000002")
      .replace(second.find("hotspot-1"), 9, "hotspot-2");
  write_file(config_file, text.insert(first, second));
}

TEST(Disk, D18_AScrapeNeverWaitsForASlowSync) {
  const SimProcess sim({"--seed", "1", "--punctual", "--households", "2"});
  const HeldSyncs syncs;
  DaemonProcess daemon(sim, {.environment = syncs.environment()});
  daemon.wait_for_page("taara_up{household=\"home-1\"} 1");
  const std::string metrics = daemon.url() + "/metrics";

  // A new household is polled at once, and that it is asked is synced before the request goes out.
  syncs.hold();
  add_second_household(daemon.config_file());
  daemon.signal(SIGHUP);
  ASSERT_TRUE(within(milliseconds{10'000}, [&] { return syncs.one_waits(); })) << daemon.log();
  double slowest = 0;
  for (int i = 0; i < 100; ++i) {
    const auto page = fetch(metrics);
    ASSERT_EQ(page.status, 200);
    ASSERT_NE(page.body.find("taara_up{household=\"home-1\"} 1"), std::string::npos) << page.body;
    ASSERT_EQ(page.body.find("taara_up{household=\"home-2\"} 1"), std::string::npos) << page.body;
    slowest = std::max(slowest, page.seconds);
  }
  EXPECT_LT(slowest, 1.0) << "an answer takes a millisecond; a scrape that waited for the sync would never have come";
  EXPECT_EQ(fetch(daemon.url() + "/-/healthy").status, 200);
  EXPECT_EQ(sim.state("home-2", "logins"), 0) << "the sync was not held";

  syncs.let_go();
  daemon.wait_for_page("taara_up{household=\"home-2\"} 1");
  EXPECT_EQ(sim.state("home-2", "reads"), 1);
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0) << daemon.log();
}

}  // namespace
}  // namespace taara::test
