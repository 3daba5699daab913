// SPDX-License-Identifier: Apache-2.0
// The real daemon with sealed credentials, and what its memory holds of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "daemon_process.h"
#include "process_memory.h"

namespace taara::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kAnswered = "msg=\"the line answers\"";
constexpr const char* kPasscode = "CanaryPass77";
constexpr const char* kMaster = "canary master secret 99";

class SealedDaemon : public testing::Test {
 protected:
  SealedDaemon() {
    write_file(file("passcode"), std::string(kPasscode) + "\n");
    write_file(file("master"), std::string(kMaster) + "\n");
    write_file(file("master.new"), "canary of a newer one\n");
  }
  [[nodiscard]] std::string file(const std::string& name) const { return dir_.path() / name; }
  void credentials(const std::vector<std::string>& words) const {
    std::vector<std::string> command{TAARA_EXPORTER, "credentials"};
    command.insert(command.end(), words.begin(), words.end());
    command.push_back("--sealed-file=" + file("s"));
    const auto done = run(command);
    ASSERT_EQ(done.exit_code, 0) << done.output;
  }
  void seal() const {
    credentials(
        {"seal", "--name=home.passcode", "--secret-file=" + file("passcode"), "--master-file=" + file("master")});
  }
  [[nodiscard]] SimProcess line() const {
    return SimProcess({"--seed", "1", "--punctual", "--passcode-file", file("passcode")});
  }
  [[nodiscard]] DaemonFiles with(const std::string& master) const {
    return {.passcode_key = "passcode_sealed: home.passcode",
            .extra = "sealed: {file: " + file("s") + ", " + master + "}\n"};
  }

  TempDir dir_;
};

TEST_F(SealedDaemon, LogsInWithAMasterSecretFromAFile) {
  seal();
  const SimProcess sim = line();
  DaemonProcess daemon(sim, with("master_file: " + file("master")));
  daemon.wait_for_log(kAnswered);
  EXPECT_EQ(sim.state("home-1", "logins"), 1);
  const std::string page = daemon.wait_for_page("taara_up{household=\"home-1\"} 1");
  EXPECT_THAT(page, HasSubstr("taara_credentials_age_seconds{household=\"home-1\"} "));
  const std::string proc = "/proc/" + std::to_string(daemon.pid());
  for (const std::string& text : {page, daemon.log(), read_file(proc + "/cmdline"), read_file(proc + "/environ")})
    EXPECT_THAT(text, testing::AllOf(Not(HasSubstr(kPasscode)), Not(HasSubstr(kMaster))));
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  const auto probe = run({TAARA_EXPORTER, "probe", "--config.file=" + daemon.config_file().string()});
  EXPECT_EQ(probe.exit_code, 0) << probe.output;
  EXPECT_THAT(probe.output, Not(HasSubstr(kPasscode)));
}

TEST_F(SealedDaemon, LogsInWithAMasterSecretThatSystemdPasses) {
  seal();
  const SimProcess sim = line();
  DaemonFiles files = with("master_credential: master");
  files.environment = {"CREDENTIALS_DIRECTORY=" + dir_.path().string()};
  const DaemonProcess daemon(sim, files);
  daemon.wait_for_log(kAnswered);
  EXPECT_EQ(sim.state("home-1", "logins"), 1);
}

TEST_F(SealedDaemon, S05_TakesARotatedFileWithBothMasterSecretsNamed) {
  seal();
  const SimProcess sim = line();
  DaemonProcess daemon(sim, with("master_file: [" + file("master.new") + ", " + file("master") + "]"));
  daemon.wait_for_log(kAnswered);
  credentials({"rotate", "--master-file=" + file("master"), "--new-master-file=" + file("master.new")});
  EXPECT_EQ(fetch(daemon.url() + "/-/reload", "POST").status, 200) << daemon.log();
  std::filesystem::remove(file("master"));
  EXPECT_EQ(fetch(daemon.url() + "/-/reload", "POST").status, 200) << "the old one may go";
  daemon.signal(SIGKILL);
  daemon.wait();
  daemon.start();
  daemon.wait_for_log("msg=listening");
  // A changed master secret is no changed passcode.
  const std::string page = daemon.wait_for_page("taara_credentials_age_seconds");
  for (const auto* master : {"master", "master.new"}) write_file(file(master), "neither of the two\n");
  EXPECT_EQ(fetch(daemon.url() + "/-/reload", "POST").status, 500);
  EXPECT_THAT(daemon.log(), HasSubstr("cannot be opened: the master secret is another one, or the file is damaged"));
  EXPECT_EQ(fetch(daemon.url() + "/-/healthy").status, 200);
}

TEST_F(SealedDaemon, S01_S04_WhatDoesNotOpenEndsAtTheStart) {
  const SimProcess sim = line();
  DaemonProcess daemon(sim, with("master_file: " + file("master")));
  EXPECT_EQ(daemon.wait(), 77) << daemon.log();
  EXPECT_THAT(daemon.log(), HasSubstr("cannot be found"));
  seal();
  std::string bent = read_file(file("s"));
  bent[55] = static_cast<char>(bent[55] ^ 1);
  write_file(file("s"), bent);
  daemon.start();
  EXPECT_EQ(daemon.wait(), 78) << daemon.log();
  EXPECT_THAT(daemon.log(), HasSubstr("cannot be opened"));
  daemon.start({"--config.check"});
  EXPECT_EQ(daemon.wait(), 2) << daemon.log();
}

// Every copy that any library made while the login was sent is wiped as well.
void expect_nothing_in_memory(const DaemonProcess& daemon) {
  std::size_t bytes = 0;
  for (const auto* secret : {kPasscode, kMaster})
    EXPECT_THAT(found_in_memory(daemon.pid(), secret, &bytes), testing::IsEmpty()) << secret;
  EXPECT_GT(bytes, std::size_t{8} << 20U) << "hardly anything was searched";
  EXPECT_THAT(found_in_memory(daemon.pid(), "partner-1"), Not(testing::IsEmpty())) << "the search finds nothing at all";
}

TEST_F(SealedDaemon, S09_AfterTheLoginNoPasscodeIsInMemory) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can look into the memory of a process that is not dumpable";
  seal();
  const SimProcess sim = line();
  const DaemonProcess sealed(sim, with("master_file: " + file("master")));
  sealed.wait_for_log(kAnswered);
  expect_nothing_in_memory(sealed);
  EXPECT_EQ(fetch(sealed.url() + "/-/reload", "POST").status, 200);
  expect_nothing_in_memory(sealed);

  const DaemonProcess plain(sim, {.passcode = kPasscode});
  plain.wait_for_log(kAnswered);
  expect_nothing_in_memory(plain);
}

TEST_F(SealedDaemon, P04_LeavesNoCore) {
  const SimProcess sim = line();
  const DaemonProcess daemon(sim, {.passcode = kPasscode});
  daemon.wait_for_log(kAnswered);
  EXPECT_THAT(read_file("/proc/" + std::to_string(daemon.pid()) + "/limits"),
              testing::ContainsRegex("Max core file size +0 +0 "));
}

}  // namespace
}  // namespace taara::test
