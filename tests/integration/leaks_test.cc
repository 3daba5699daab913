// SPDX-License-Identifier: Apache-2.0
// What the daemon must never tell, and where it might: pages, log, database, command line, environment, files.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "daemon_process.h"

namespace taara::test {
namespace {

constexpr auto kAnswered = "the line answers";

TEST(Marks, AreFoundWhereTheyAre) {
  EXPECT_NONFATAL_FAILURE(expect_no_marks(std::string("x") + kLinePasscode, "a log"), "MarkOfPasscode41 in a log");
  const TempDir dir;
  write_file(dir.path() / "taara.db", std::string(9, '\0') + "eyJhbGci");
  EXPECT_NONFATAL_FAILURE(expect_no_marks_in(dir.path()), "eyJhbGci in taara.db");
}

// Every secret and personal value that the daemon handles is a canary; nothing that it writes may hold one.
TEST(Leaks, S06_NoSecretLeavesTheDaemon) {
  const std::vector<std::string> canaries{"CanaryPass77", "799123456", "partner-1",
                                          "sub-1",        "hotspot-1", "eyJhbGci" /* any token */};
  const TempDir secrets;
  write_file(secrets.path() / "passcode", "CanaryPass77\n");
  const SimProcess sim(
      {"--seed", "1", "--punctual", "--phone-base", "799123456", "--passcode-file", secrets.path() / "passcode"});
  DaemonProcess daemon(sim, {.passcode = "CanaryPass77", .phone = "799123456", .extra = "log: {level: debug}\n"});
  daemon.wait_for_log(kAnswered);
  std::vector<std::pair<std::string, std::string>> outputs;
  for (const auto* path : {"/", "/metrics", "/-/healthy", "/-/ready", "/nothing"})
    outputs.emplace_back(path, fetch(daemon.url() + path).body);
  outputs.emplace_back("OpenMetrics",
                       fetch(daemon.url() + "/metrics", "GET", {"Accept: application/openmetrics-text"}).body);
  const std::string proc = "/proc/" + std::to_string(daemon.pid());
  outputs.emplace_back("command line", read_file(proc + "/cmdline"));
  outputs.emplace_back("environment", read_file(proc + "/environ"));
  write_file(daemon.config_file(), read_file(daemon.config_file()) + "passcode: CanaryPass77\n");
  outputs.emplace_back("reload error", fetch(daemon.url() + "/-/reload", "POST").body);
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  const auto probe = run({TAARA_EXPORTER, "probe", "--config.file=" + daemon.config_file().string()});
  outputs.emplace_back("probe", probe.output);
  outputs.emplace_back("log", daemon.log());
  for (const auto& file : std::filesystem::directory_iterator(daemon.folder() / "store"))
    outputs.emplace_back(file.path().filename(), read_file(file.path()));
  EXPECT_GE(outputs.size(), 11U);
  for (const auto& [where, text] : outputs)
    for (const auto& canary : canaries) EXPECT_EQ(text.find(canary), std::string::npos) << canary << " in " << where;
}

TEST(Leaks, S06_NoSecretOfARouterLeavesTheDaemon) {
  const TempDir secrets;
  write_file(secrets.path() / "password", "CanaryWord88\n");
  const SimProcess sim({"--seed", "1", "--punctual", "--password-file", secrets.path() / "password"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log(kAnswered);
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  write_file(daemon.folder() / "passcode", "CanaryWord88\n");
  write_file(daemon.config_file(),
             "households:\n  - name: router-home\n    source: router\n    url: " + sim.url() +
                 "/r/1\n    account: {username: family, password_file: " + (daemon.folder() / "passcode").string() +
                 "}\nstore: {path: " + (daemon.folder() / "store").string() +
                 "}\nweb: {listen_address: 127.0.0.1:0}\n");
  daemon.start();
  daemon.wait_for_log(kAnswered);
  const std::string page = daemon.wait_for_page("taara_up{household=\"router-home\"} 1");
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  const auto probe = run({TAARA_EXPORTER, "probe", "--config.file=" + daemon.config_file().string()});
  EXPECT_EQ(probe.exit_code, 0) << probe.output;
  EXPECT_EQ(page.find("CanaryWord88"), std::string::npos);
  EXPECT_EQ(probe.output.find("CanaryWord88"), std::string::npos);
  EXPECT_EQ(daemon.log().find("CanaryWord88"), std::string::npos);
  for (const auto& file : std::filesystem::directory_iterator(daemon.folder() / "store"))
    EXPECT_EQ(read_file(file.path()).find("CanaryWord88"), std::string::npos) << file.path();
}

TEST(Leaks, S07_TheMostTalkativeLogHoldsNoHeaderAndNoBody) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim, {.extra = "log: {level: debug}\n"});
  daemon.wait_for_log(kAnswered);
  sim.control("fault?household=home-1&name=html_login");
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  daemon.start();
  daemon.wait_for_log("msg=listening");
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  std::istringstream lines(daemon.log());
  int seen = 0;
  for (std::string line; std::getline(lines, line); ++seen)
    EXPECT_TRUE(line.starts_with("time=")) << "libcurl's own words, or somebody's printf: " << line;
  EXPECT_GT(seen, 3);
  const std::regex wire("authorization|bearer|accesstoken|cookie|HTTP/1|content-type|<html|\\{\"", std::regex::icase);
  EXPECT_FALSE(std::regex_search(daemon.log(), wire)) << daemon.log();
}

TEST(Leaks, S08_ATokenIsInMemoryOnlyAndARestartLogsInAnew) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim, {}, {});
  daemon.wait_for_log(kAnswered);
  EXPECT_EQ(sim.state("home-1", "logins"), 1);
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  int files = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(daemon.folder())) {
    if (!file.is_regular_file()) continue;
    ++files;
    EXPECT_EQ(read_file(file.path()).find("eyJ"), std::string::npos) << "a token in " << file.path();
  }
  EXPECT_GE(files, 3) << "configuration, log, database";
}

}  // namespace
}  // namespace taara::test
