// SPDX-License-Identifier: Apache-2.0
// The commands export, import and forget as they are run, on a store with history.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "daemon_process.h"
#include "history_house.h"
#include "io/store_text.h"

namespace taara::test {
namespace {

using std::chrono::days;
using testing::HasSubstr;
using testing::Not;

const Time last_poll = std::chrono::sys_days{std::chrono::year{2025} / 12 / 3} + std::chrono::hours{12};
const Time first_poll = last_poll - days{4};

// Every file of a folder, one after the other.
std::string bytes_in(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    all += entry.path().filename().string() + "\n" + read_file(entry.path());
  return all;
}

std::string sql(const HistoryHouse& house, const std::string& query) {
  return run({"sqlite3", (house.store() / "taara.db").string(), query}).output;
}

TEST(History, AJsonExportMovesAHouseholdToAnotherMachineWithoutALoss) {
  HistoryHouse old_home;
  old_home.live(first_poll, last_poll);
  old_home.exporter({"export", "--format=json", "--output=" + old_home.file("home.json").string()});
  const std::string exported = read_file(old_home.file("home.json"));
  EXPECT_THAT(exported, HasSubstr("{\"format\":\"taara-history\",\"version\":1,\"household\":\"home\""));

  HistoryHouse new_home;
  const std::string said = new_home.exporter({"import", old_home.file("home.json").string()});
  EXPECT_THAT(said, HasSubstr("readings: 577 in the file, 577 new, 0 stored already and kept; from "
                              "2025-11-29T15:00:00+03:00 to 2025-12-03T15:00:00+03:00"));
  EXPECT_EQ(new_home.exporter({"export", "--format=json"}), exported);
  EXPECT_EQ(book_text(new_home.book()), book_text(old_home.book()));
  EXPECT_THAT(sql(new_home, "SELECT readings FROM store"), HasSubstr("577"));

  // Once more changes nothing.
  EXPECT_THAT(new_home.exporter({"import", old_home.file("home.json").string()}),
              HasSubstr("readings: 577 in the file, 0 new, 577 stored already and kept"));
  EXPECT_EQ(new_home.exporter({"export", "--format=json"}), exported);
}

TEST(History, ACsvExportComesBackAsFarAsAFlatFileCarriesIt) {
  HistoryHouse old_home;
  old_home.live(first_poll, last_poll);
  old_home.exporter({"export", "--format=csv", "--output=" + old_home.file("home.csv").string()});
  const std::string exported = read_file(old_home.file("home.csv"));
  EXPECT_THAT(exported, HasSubstr("record,household,start,end,used_bytes"));

  HistoryHouse new_home;
  new_home.exporter({"import", old_home.file("home.csv").string()});
  EXPECT_EQ(new_home.exporter({"export", "--format=csv"}), exported);
}

TEST(History, WhatTheMonitorMeasuredItselfWins) {
  HistoryHouse house;
  house.live(first_poll, last_poll);
  const std::string before = house.exporter({"export", "--format=csv"});
  const Time start = std::chrono::floor<std::chrono::hours>(last_poll - days{1});
  std::string text = "timestamp,bytes\n";
  for (int hour = -120; hour < 3; ++hour)
    text += std::to_string((start + std::chrono::hours{hour}).time_since_epoch().count()) + ",7\n";
  write_file(house.file("hours.csv"), text);
  const std::string said = house.exporter({"import", house.file("hours.csv").string()});
  EXPECT_THAT(said, HasSubstr("read as use per interval (CSV)"));
  EXPECT_THAT(said, HasSubstr("hours: 123 in the file, 48 new, 75 stored already and kept"));
  EXPECT_THAT(sql(house, "SELECT count(*) FROM hours WHERE used=7"), HasSubstr("48"));
  const std::string after = house.exporter({"export", "--format=csv"});
  for (std::size_t at = 0; at < before.size();) {
    const auto end = before.find('\n', at);
    EXPECT_NE(after.find(before.substr(at, end - at + 1)), std::string::npos);
    at = end + 1;
  }
  house.exporter({"import", house.file("hours.csv").string()});
  EXPECT_EQ(house.exporter({"export", "--format=csv"}), after);
}

TEST(History, VnstatComesIn) {
  HistoryHouse house;
  const std::string said =
      house.exporter({"import", TAARA_SOURCE_DIR "/tests/fixtures/history/vnstat-2.12.json", "--household=home"});
  EXPECT_THAT(said, HasSubstr("read as vnStat 2"));
  EXPECT_THAT(said, HasSubstr("hours: 29 in the file, 29 new"));
  EXPECT_THAT(said, HasSubstr("days: 2 in the file, 2 new"));
}

TEST(History, AFileWithOneBadRowChangesNothing) {
  HistoryHouse house;
  house.live(first_poll, first_poll + std::chrono::hours{2});
  const std::string before = house.exporter({"export", "--format=json"});
  const std::string good = "timestamp,bytes\n1755723600,1\n1755727200,2\n";
  for (const std::string bad :
       {"1755730800,-1", "1755730800,NaN", "1755727200,1", "1755723600,1", "4102444800,1", "x", "1755730800,1\r",
        "1755730800,1\x01", "1755730800,\"1\"", "1755730800,999999999999999"}) {
    write_file(house.file("bad.csv"), std::string(good).append(bad).append("\n"));
    const std::string said = house.exporter({"import", house.file("bad.csv").string()}, 66);
    EXPECT_THAT(said, HasSubstr("bad.csv:4: ")) << bad;
    EXPECT_THAT(said, HasSubstr("nothing was imported"));
    EXPECT_EQ(house.exporter({"export", "--format=json"}), before) << bad;
  }
}

TEST(History, TheReportOfAVeryBadFileIsShort) {
  HistoryHouse house;
  std::string text = "timestamp,bytes\n";
  for (int i = 0; i < 5000; ++i) text += "x,y\n";
  write_file(house.file("bad.csv"), text);
  const std::string said = house.exporter({"import", house.file("bad.csv").string()}, 66);
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 22);
  EXPECT_THAT(said, HasSubstr("bad.csv: and 4980 more"));
}

TEST(History, AChangedAccountIsRefused) {
  HistoryHouse house;
  house.live(first_poll, first_poll + std::chrono::hours{2});
  std::string text = house.exporter({"export", "--format=json"});
  const auto at = text.find("usage_total\\\":");
  ASSERT_NE(at, std::string::npos);
  text.insert(at + 14, "9");
  write_file(house.file("home.json"), text);
  HistoryHouse other;
  EXPECT_THAT(other.exporter({"import", house.file("home.json").string()}, 66), HasSubstr("checksum"));
  EXPECT_THAT(sql(other, "SELECT count(*) FROM readings"), HasSubstr("0"));
}

TEST(History, FilesThatAreNoneOfOursAreRefusedWithWords) {
  HistoryHouse house;
  const std::string file = house.file("in").string();
  const auto refused = [&](const std::string& content) {
    write_file(file, content);
    return house.exporter({"import", file}, 66);
  };
  EXPECT_THAT(refused(""), HasSubstr("neither an export"));
  EXPECT_THAT(refused("hello\n"), HasSubstr("neither an export"));
  EXPECT_THAT(refused("{}"), HasSubstr("neither an export"));
  EXPECT_THAT(refused("\xEF\xBB\xBFtimestamp,bytes\n"), HasSubstr("byte order mark"));
  EXPECT_THAT(refused("timestamp,bytes\r\n1755723600,1\r\n"), HasSubstr("Windows line ends"));
  EXPECT_THAT(refused("timestamp,bytes\n" + std::string(5000, '1') + "\n"), HasSubstr("longer than 4096 bytes"));
  EXPECT_THAT(house.exporter({"import", house.folder().string()}, 66), HasSubstr("is a directory"));
  EXPECT_THAT(house.exporter({"import", "/dev/zero"}, 66), HasSubstr("is a device"));
  EXPECT_THAT(house.exporter({"import", house.file("gone").string()}, 66), HasSubstr("cannot be found"));
  EXPECT_EQ(run({"truncate", "-s", "2G", file}).exit_code, 0);
  EXPECT_THAT(house.exporter({"import", file}, 66), HasSubstr("larger than 1 GiB"));
  EXPECT_THAT(house.exporter({"import", file, "--format=xml"}, 64),
              HasSubstr("allowed: json, csv, usage-csv or vnstat"));
}

TEST(History, AnotherHouseholdsFileNeedsAWord) {
  HistoryHouse cottage("cottage");
  cottage.live(first_poll, first_poll + std::chrono::hours{2});
  cottage.exporter({"export", "--format=json", "--output=" + cottage.file("cottage.json").string()});
  HistoryHouse home;
  EXPECT_THAT(
      home.exporter({"import", cottage.file("cottage.json").string()}, 66),
      HasSubstr("this is the history of household \"cottage\"; to take it in as that of home, say --household home"));
  home.exporter({"import", cottage.file("cottage.json").string(), "--household=home"});
  EXPECT_THAT(home.exporter({"import", cottage.file("cottage.json").string(), "--household=cottage"}, 64),
              HasSubstr("There are: home"));
}

TEST(History, ExportSaysWhatItNeeds) {
  HistoryHouse house;
  EXPECT_THAT(house.exporter({"export"}, 64), HasSubstr("say --format json, csv or openmetrics"));
  EXPECT_THAT(house.exporter({"export", "--format=xml"}, 64), HasSubstr("say --format"));
  EXPECT_THAT(house.exporter({"export", "--format=json"}, 73), HasSubstr("there is no store"));
  house.live(first_poll, first_poll + std::chrono::hours{1});
  EXPECT_THAT(house.exporter({"export", "--format=json", "--output=" + house.folder().string()}, 74),
              HasSubstr("no regular file"));
  EXPECT_THAT(house.exporter({"export", "--format=json", "--output=/nowhere/file"}, 74),
              HasSubstr("cannot be written"));
  house.exporter({"export", "--format=csv", "--output=" + house.file("home.csv").string()});
  EXPECT_EQ(std::filesystem::status(house.file("home.csv")).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(run({"sh", "-c",
                 std::string(TAARA_EXPORTER) +
                     " export --format=json --config.file=" + house.file("taara.yml").string() + " > /dev/full"})
                .exit_code,
            74);
}

TEST(History, WhileTheExporterRunsExportWorksAndTheOthersAreRefused) {
  const SimProcess sim({"--households=1"});
  DaemonProcess daemon(sim);
  (void)daemon.wait_for_page("taara_usage_bytes_total{");
  const std::string config = "--config.file=" + daemon.config_file().string();
  const Finished exported = run({TAARA_EXPORTER, "export", "--format=json", config});
  EXPECT_EQ(exported.exit_code, 0) << exported.output;
  EXPECT_THAT(exported.output, HasSubstr("\"readings\":[\n{"));
  write_file(daemon.folder() / "hours.csv", "timestamp,bytes\n1755723600,1\n1755727200,2\n");
  const Finished imported = run({TAARA_EXPORTER, "import", (daemon.folder() / "hours.csv").string(), config});
  EXPECT_EQ(imported.exit_code, 75) << imported.output;
  EXPECT_THAT(imported.output, HasSubstr("Stop the exporter, import, and start it again."));
  const Finished forgotten = run({TAARA_EXPORTER, "forget", "--household=home-1", "--yes", config});
  EXPECT_EQ(forgotten.exit_code, 75) << forgotten.output;
  EXPECT_THAT(forgotten.output, HasSubstr("Stop the exporter, forget, and start it again."));
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
}

// As beside a service of systemd, which has its secrets as credentials while it runs.
TEST(History, WhatAsksNoLineNeedsNoPasscode) {
  HistoryHouse house;
  house.live(first_poll, first_poll + std::chrono::hours{1});
  house.exporter({"export", "--format=json", "--output=" + house.file("home.json").string()});
  std::filesystem::remove(house.file("password"));
  house.exporter({"probe"}, 77);
  house.exporter({"export", "--format=json", "--output=" + house.file("again.json").string()});
  EXPECT_EQ(read_file(house.file("again.json")).size(), read_file(house.file("home.json")).size());
  house.exporter({"import", "--format=json", house.file("home.json").string()});
  house.exporter({"forget", "--household=home", "--yes"});
}

TEST(History, ForgetLeavesNoByteOfAHousehold) {
  HistoryHouse house("canary-name");
  house.live(first_poll, last_poll);
  sql(house,
      "PRAGMA foreign_keys=ON; INSERT INTO households(name) VALUES('neighbour');"
      "INSERT INTO hours(household, starts, used) SELECT id, 3600, 5 FROM households WHERE name='neighbour';"
      "UPDATE raw SET body='canary-raw ' || body; UPDATE readings SET plan='canary-plan', violations='canary-detail';"
      "INSERT INTO attempts(household, started) SELECT id, 77 FROM households WHERE name='canary-name'");
  ASSERT_THAT(bytes_in(house.store()), HasSubstr("canary-raw"));
  const std::string said = house.exporter({"forget", "--household=canary-name", "--yes"});
  EXPECT_THAT(said, HasSubstr("Everything stored about canary-name is erased"));
  EXPECT_THAT(said, HasSubstr("is still in"));
  EXPECT_THAT(bytes_in(house.store()), Not(HasSubstr("canary")));
  EXPECT_THAT(sql(house, "SELECT name, (SELECT count(*) FROM hours) FROM households"), HasSubstr("neighbour|1"));
  EXPECT_THAT(sql(house, "SELECT readings FROM store"), HasSubstr("0"));
  EXPECT_THAT(house.exporter({"forget", "--household=canary-name", "--yes"}, 64),
              HasSubstr("nothing is stored about \"canary-name\"; there are: neighbour"));
  // A name that the configuration doesn't know.
  house.exporter({"forget", "--household=neighbour", "--yes"});
  EXPECT_THAT(bytes_in(house.store()), Not(HasSubstr("neighbour")));
}

TEST(History, ForgetNamesDamagedFilesAndDeletesThemWhenTold) {
  HistoryHouse house;
  house.live(first_poll, first_poll + std::chrono::hours{1});
  const auto aside = house.store() / "taara.db.damaged-20250821T101500Z";
  write_file(aside, "canary");
  write_file(aside.string() + "-wal", "canary");
  const std::string left = house.exporter({"forget", "--household=home", "--yes"});
  EXPECT_THAT(left, HasSubstr(aside.string() + "\n"));
  EXPECT_THAT(left, HasSubstr("They were left."));
  EXPECT_TRUE(std::filesystem::exists(aside));
  house.live(first_poll, first_poll + std::chrono::hours{1});
  EXPECT_THAT(house.exporter({"forget", "--household=home", "--yes", "--damaged-files"}),
              HasSubstr("They are deleted."));
  EXPECT_THAT(bytes_in(house.store()), Not(HasSubstr("canary")));
  EXPECT_FALSE(std::filesystem::exists(aside.string() + "-wal"));
}

TEST(History, ForgetAsksAndTakesOnlyAYes) {
  HistoryHouse house;
  house.live(first_poll, first_poll + std::chrono::hours{1});
  EXPECT_THAT(house.exporter({"forget", "--household=home"}, 64), HasSubstr("say --yes"));
  EXPECT_THAT(house.exporter({"forget", "--yes"}, 64), HasSubstr("--household NAME"));
  // On a terminal.
  const auto asked = [&](const std::string& answer) {
    return run(
        {"script", "-qec",
         std::string(TAARA_EXPORTER) + " forget --household=home --config.file=" + house.file("taara.yml").string(),
         "/dev/null"},
        answer + "\n");
  };
  const Finished no = asked("no");
  EXPECT_EQ(no.exit_code, 64) << no.output;
  EXPECT_THAT(no.output, HasSubstr("Nothing was erased."));
  EXPECT_THAT(sql(house, "SELECT count(*) FROM households"), HasSubstr("1"));
  const Finished yes = asked("yes");
  EXPECT_EQ(yes.exit_code, 0) << yes.output;
  EXPECT_THAT(sql(house, "SELECT count(*) FROM households"), HasSubstr("0"));
}

}  // namespace
}  // namespace taara::test
