// SPDX-License-Identifier: Apache-2.0
// `serve --standby=DIR` beside a running exporter: it shows that it could go on, and asks the line nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "daemon_process.h"

namespace taara::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr auto kKnown = "taara_remaining_bytes{household=\"home-1\"} ";

class Standby : public testing::Test {
 protected:
  Standby() { (void)blue_.wait_for_page(kKnown); }

  // A consistent copy of the living store, as docs/store.md says, changed by these words of SQL.
  [[nodiscard]] std::string copy(const std::string& changed = "") const {
    const fs::path folder = dir_.path() / "copy";
    fs::create_directory(folder);
    const std::string file = (folder / "taara.db").string();
    const auto done = run({"sqlite3", (blue_.folder() / "store" / "taara.db").string(), ".backup '" + file + "'"});
    EXPECT_EQ(done.exit_code, 0) << done.output;
    if (!changed.empty()) (void)sql(folder, "PRAGMA foreign_keys=ON; " + changed);
    return folder.string();
  }
  static std::string sql(const fs::path& folder, const std::string& words) {
    const auto done = run({"sqlite3", (folder / "taara.db").string(), words});
    EXPECT_EQ(done.exit_code, 0) << done.output;
    return done.output;
  }
  static std::string kept_answer(const DaemonProcess& green) {
    const auto health = boost::json::parse(fetch(green.url() + "/api/v1/system/health").body);
    const auto& said = health.at("data").at("lines").at(0).at("kept_answer");
    return said.is_null() ? "null" : std::string(said.as_string());
  }

  TempDir dir_;
  SimProcess sim_{{"--seed", "1", "--punctual"}};
  DaemonProcess blue_{sim_};
};

TEST_F(Standby, ServesWhatTheOldOneKnowsAndReadsTheKeptAnswerWithoutAskingTheLine) {
  const std::string folder = copy();
  const std::string state = sql(folder, "SELECT * FROM state; SELECT * FROM attempts; SELECT * FROM readings");
  DaemonProcess green(sim_, {}, {"--standby=" + folder});
  const std::string page = green.wait_for_page(kKnown);
  const auto at = page.find(kKnown);
  EXPECT_THAT(fetch(blue_.url() + "/metrics").body, HasSubstr(page.substr(at, page.find('\n', at) - at)));
  EXPECT_THAT(page, Not(HasSubstr("taara_next_poll_timestamp_seconds{")));
  EXPECT_EQ(kept_answer(green), "readable") << green.log();
  EXPECT_EQ(kept_answer(blue_), "null");
  green.signal(SIGTERM);
  EXPECT_EQ(green.wait(), 0) << green.log();
  EXPECT_EQ(sql(folder, "SELECT * FROM state; SELECT * FROM attempts; SELECT * FROM readings"), state);
  EXPECT_EQ(sim_.state("home-1", "reads"), 1);
  EXPECT_EQ(sim_.state("home-1", "logins"), 1);
}

// Any other start polls at once with a store that doesn't know the household, as the first exporter of these tests did.
TEST_F(Standby, AsksNoLineEvenWhereEveryPollIsDue) {
  DaemonProcess green(sim_, {}, {"--standby=" + copy("DELETE FROM households")});
  (void)green.wait_for_page("taara_up{household=\"home-1\"} 0");
  EXPECT_EQ(fetch(green.url() + "/-/reload", "POST").status, 200);
  EXPECT_FALSE(within(milliseconds{1500}, [&] { return sim_.state("home-1", "reads") > 1; }));
  EXPECT_EQ(sim_.state("home-1", "logins"), 1);
  EXPECT_EQ(kept_answer(green), "none");
}

TEST_F(Standby, SaysWhenItCanNotReadTheKeptAnswer) {
  DaemonProcess green(sim_, {}, {"--standby=" + copy("UPDATE raw SET body='{\"of\":\"tomorrow\"}'")});
  (void)green.wait_for_page(kKnown);
  EXPECT_EQ(kept_answer(green), "unreadable");
  EXPECT_THAT(green.log(), HasSubstr("can't be read by this version"));
}

TEST_F(Standby, WantsACopyAndNotTheStoreItself) {
  DaemonProcess green(sim_, {}, {"--standby=" + dir_.path().string()});
  EXPECT_EQ(green.wait(), 78);
  EXPECT_THAT(green.log(), HasSubstr("has no taara.db"));
  green.start({"--standby=" + (green.folder() / "store").string()});
  EXPECT_EQ(green.wait(), 78);
  EXPECT_THAT(green.log(), HasSubstr("the store of the exporter itself"));
}

}  // namespace
}  // namespace taara::test
