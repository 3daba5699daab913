// SPDX-License-Identifier: Apache-2.0
// The real binary from outside: what it serves, how it starts, reloads and stops, and that it never tells a secret.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "daemon_process.h"

namespace taara::test {
namespace {

constexpr auto kAnswered = "the line answers";

TEST(Daemon, ServesWhatTheLineSays) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log(kAnswered);
  const std::string url = daemon.url();
  const std::string known = daemon.wait_for_page("taara_up{household=\"home-1\"} 1");
  EXPECT_NE(known.find("taara_remaining_bytes{household=\"home-1\"} "), std::string::npos);
  EXPECT_EQ(fetch(url + "/-/healthy").status, 200);
  EXPECT_EQ(fetch(url + "/-/ready").status, 200);
  const auto page = fetch(url + "/metrics");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.headers.find("text/plain; version=0.0.4; charset=utf-8"), std::string::npos) << page.headers;
  const auto checked = run({"promtool", "check", "metrics"}, page.body);
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_EQ(fetch(url + "/metrics", "GET", {"Accept: application/openmetrics-text; version=1.0.0"})
                    .headers.find("application/openmetrics-text") == std::string::npos,
            false);
  EXPECT_EQ(fetch(url + "/metrics", "HEAD").status, 200);
  EXPECT_EQ(fetch(url + "/metrics", "DELETE").status, 405);
  EXPECT_EQ(fetch(url + "/metricsfoo").status, 404);
  EXPECT_EQ(fetch(url + "/").status, 200);
}

TEST(Daemon, P01_StopsWithinASecondWhileIdle) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log(kAnswered);
  daemon.signal(SIGTERM);
  EXPECT_TRUE(daemon.ends_within(milliseconds{1000}));
  EXPECT_EQ(daemon.wait(), 0) << daemon.log();
  EXPECT_EQ(sim.state("home-1", "logouts"), 1);
}

TEST(Daemon, P01_StopsWithinASecondInTheMiddleOfARequest) {
  const SimProcess sim({"--seed", "1", "--punctual", "--fault", "silent"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log("msg=listening");
  ASSERT_TRUE(within(milliseconds{10'000}, [&] { return sim.state("home-1", "all_requests") >= 1; }));
  daemon.signal(SIGTERM);
  EXPECT_TRUE(daemon.ends_within(milliseconds{1000}));
  EXPECT_EQ(daemon.wait(), 0) << daemon.log();
}

TEST(Daemon, P02_SignalsDoWhatTheManualSays) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log(kAnswered);
  for (const int ignored : {SIGUSR1, SIGPIPE, SIGXFSZ}) daemon.signal(ignored);
  EXPECT_EQ(fetch(daemon.url() + "/-/healthy").status, 200);
  daemon.signal(SIGINT);
  EXPECT_TRUE(daemon.ends_within(milliseconds{1000}));
  EXPECT_EQ(daemon.wait(), 0);
}

TEST(Daemon, P03_AKillLosesNothingAndTheLimitHolds) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log(kAnswered);
  fetch(daemon.url() + "/metrics");
  daemon.signal(SIGKILL);
  EXPECT_EQ(daemon.wait(), 128 + SIGKILL);
  daemon.start();
  daemon.wait_for_log("msg=listening");
  daemon.wait_for_page("taara_remaining_bytes{household=\"home-1\"} ");
  EXPECT_EQ(sim.state("home-1", "reads"), 1);
}

TEST(Daemon, F07_AGoodFileIsTakenABadOneIsNot) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log(kAnswered);
  const std::string good = read_file(daemon.config_file());
  write_file(daemon.config_file(), good + "polling: {interval: 5 parsecs}\n");
  daemon.signal(SIGHUP);
  daemon.wait_for_log("the configuration was not taken");
  const auto refused = fetch(daemon.url() + "/-/reload", "POST");
  EXPECT_EQ(refused.status, 500);
  EXPECT_NE(refused.body.find("polling.interval"), std::string::npos) << refused.body;
  daemon.wait_for_page("taara_config_last_reload_successful 0");
  write_file(daemon.config_file(), good + "polling: {interval: 20m}\n");
  EXPECT_EQ(fetch(daemon.url() + "/-/reload", "POST").status, 200);
  daemon.wait_for_log("the configuration was taken");
  daemon.wait_for_page("taara_config_last_reload_successful 1");
  daemon.wait_for_page("taara_poll_interval_seconds{household=\"home-1\"} 1200");
  EXPECT_EQ(fetch(daemon.url() + "/-/reload").status, 405);
}

TEST(Daemon, F06_ABusyPortIsExit69) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim, {}, {"--web.listen-address=127.0.0.1:" + std::to_string(sim.port())});
  EXPECT_EQ(daemon.wait(), 69) << daemon.log();
}

TEST(Daemon, F02_AWrongFileIsExit78AndTwoWhenOnlyChecked) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim, {.extra = "colour: red\n"});
  EXPECT_EQ(daemon.wait(), 78);
  EXPECT_NE(daemon.log().find("colour"), std::string::npos) << daemon.log();
  daemon.start({"--config.check"});
  EXPECT_EQ(daemon.wait(), 2);
}

TEST(Daemon, F10_TwoHouseholdsOfOneNameAreExit78) {
  const TempDir dir;
  write_file(dir.path() / "passcode", "1234\n");
  const std::string household =
      "  - name: home\n    account: {phone: \"700000001\", passcode_file: ./passcode, partner_id: p, hotspot_id: h}\n";
  write_file(dir.path() / "taara.yml", "households:\n" + household + household);
  const auto refused = run({TAARA_EXPORTER, "--config.file=" + (dir.path() / "taara.yml").string()});
  EXPECT_EQ(refused.exit_code, 78);
  EXPECT_NE(refused.output.find("found the name home a second time"), std::string::npos) << refused.output;
}

TEST(Daemon, S02_ASecretThatOthersCanReadIsExit77) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log(kAnswered);
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  std::filesystem::permissions(daemon.folder() / "passcode", std::filesystem::perms(0644));
  daemon.start();
  EXPECT_EQ(daemon.wait(), 77) << daemon.log();
}

TEST(Daemon, D15_ASecondOneOnTheSameStoreIsExit75) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess first(sim);
  first.wait_for_log(kAnswered);
  const auto second = run({TAARA_EXPORTER, "--config.file=" + first.config_file().string()});
  EXPECT_EQ(second.exit_code, 75) << second.output;
  EXPECT_EQ(fetch(first.url() + "/-/healthy").status, 200);
}

TEST(Daemon, P10_ALogThatNobodyReadsStopsNothing) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can find the port of a process that is not dumpable";
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log(kAnswered);
  const std::string config = daemon.config_file();
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  // A pipe with a reader that never reads, filled to the brim; the daemon must still start, serve and stop.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string brim(65'536, 'x');
  ASSERT_EQ(write(ends[1], brim.data(), brim.size()), static_cast<ssize_t>(brim.size()));
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDERR_FILENO);
    execl(TAARA_EXPORTER, TAARA_EXPORTER, ("--config.file=" + config).c_str(), nullptr);
    _exit(127);
  }
  std::optional<std::string> address;  // the log can't tell it here
  EXPECT_TRUE(within(milliseconds{10'000}, [&] { return (address = listening_address(pid)).has_value(); }));
  const std::string page = "http://" + address.value_or("") + "/metrics";
  EXPECT_TRUE(within(milliseconds{10'000}, [&] { return fetch(page).status == 200; }));
  EXPECT_NE(fetch(page).body.find("taara_log_lines_dropped_total"), std::string::npos);
  kill(pid, SIGTERM);
  int ended = 0;
  waitpid(pid, &ended, 0);
  EXPECT_TRUE(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
  close(ends[0]);
  close(ends[1]);
}

TEST(Daemon, ProbeShowsAReadingAndStoresNothing) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  daemon.wait_for_log(kAnswered);
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  std::filesystem::remove_all(daemon.folder() / "store");
  const auto probe = run({TAARA_EXPORTER, "probe", "--config.file=" + daemon.config_file().string()});
  EXPECT_EQ(probe.exit_code, 0) << probe.output;
  EXPECT_FALSE(std::filesystem::exists(daemon.folder() / "store"));
  sim.control("fault?household=home-1&name=login_401");
  EXPECT_NE(run({TAARA_EXPORTER, "probe", "--config.file=" + daemon.config_file().string()}).exit_code, 0);
}

}  // namespace
}  // namespace taara::test
