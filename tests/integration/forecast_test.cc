// SPDX-License-Identifier: Apache-2.0
// The commands forecast and backtest as somebody types them.
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "daemon_process.h"
#include "temp_dir.h"

namespace taara::test {
namespace {

constexpr const char* kFamily = "--input=" TAARA_SOURCE_DIR "/tests/fixtures/usage/family.csv";

std::string golden(const std::string& name) { return read_file(TAARA_SOURCE_DIR "/tests/golden/" + name); }

Finished exporter(std::vector<std::string> words) {
  words.insert(words.begin(), TAARA_EXPORTER);
  return run(words);
}

std::string input_of(const TempDir& dir, const std::string& text) {
  write_file(dir.path() / "history.csv", text);
  return "--input=" + (dir.path() / "history.csv").string();
}

void expect_said(const Finished& finished, int code, const std::string& part) {
  EXPECT_EQ(finished.exit_code, code) << finished.output;
  EXPECT_NE(finished.output.find(part), std::string::npos) << finished.output;
}

// Every build and every machine says the same, to the byte.
TEST(ForecastCommand, AFixedHistoryGivesFixedBytes) {
  const auto json = exporter({"forecast", kFamily, "--now=2025-10-20T18:00:00+03:00", "--timezone=Africa/Nairobi",
                              "--cycle-day=1", "--allocation=1 TB", "--output", "json"});
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_EQ(json.output, golden("forecast.json"));
  EXPECT_EQ(exporter({"forecast", kFamily, "--now", "1760972400"}).output, json.output);
  EXPECT_EQ(exporter({"forecast", kFamily, "--now=2025-10-20T15:00:00Z"}).output, json.output);
  EXPECT_EQ(exporter({"forecast", kFamily, "--now=2025-10-20 18:00"}).output, json.output);
  EXPECT_EQ(exporter({"forecast", kFamily, "--now=1760972400", "--output=text"}).output, golden("forecast.txt"));
  EXPECT_EQ(exporter({"forecast", kFamily, "--now=1760972400", "--allocation=unlimited"}).output,
            golden("forecast_unlimited.json"));
}

TEST(BacktestCommand, AFixedHistoryGivesFixedBytesAndNoBarWithoutATerminal) {
  EXPECT_EQ(exporter({"backtest", kFamily}).output, golden("backtest.txt"));
  EXPECT_EQ(exporter({"backtest", kFamily, "--output=json"}).output, golden("backtest.json"));
}

TEST(ForecastCommand, NowIsTheEndOfTheLastRowUnlessSaid) {
  const auto last = exporter({"forecast", kFamily});
  EXPECT_EQ(last.output, exporter({"forecast", kFamily, "--now=2025-10-22T00:00:00+03:00"}).output);
}

TEST(ForecastCommand, AnEmptyHistoryIsNoError) {
  const TempDir dir;
  const auto input = input_of(dir, "timestamp,bytes\n");
  expect_said(exporter({"forecast", input}), 0, "\"used_bytes\": null,\n  \"cycle_start\": null");
  expect_said(exporter({"forecast", input, "--now=1760972400"}), 0, "\"cycle_start\": \"2025-10-01T00:00:00+03:00\"");
  expect_said(exporter({"backtest", input}), 0, "no cycle that is known whole");
}

TEST(ForecastCommand, WhatIsWrongIsSaidWithFileAndLine) {
  const TempDir dir;
  const std::string header = "timestamp,bytes\n1759266000,5\n";
  expect_said(exporter({"forecast", input_of(dir, header + "1759269600,NaN\n")}), 66,
              "history.csv: line 3: bytes \"NaN\" is no number; allowed: ");
  expect_said(exporter({"backtest", input_of(dir, header + "1759269600,99999999999999999999\n")}), 66, "line 3: bytes");
  expect_said(exporter({"forecast", "--input=" + dir.path().string()}), 66, "is a directory");
  expect_said(exporter({"forecast", "--input=/nowhere"}), 66, "cannot be found");
  expect_said(exporter({"forecast", kFamily, "--now=soon"}), 64, "--now: found \"soon\"; allowed: ");
  expect_said(exporter({"forecast", kFamily, "--timezone=Africa/Nairobbi"}), 64, "did you mean Africa/Nairobi?");
  expect_said(exporter({"forecast", kFamily, "--output=xml"}), 64, "--output: found \"xml\"; allowed: json or text");
}

TEST(ForecastCommand, TheFirstFiveWarningsAreToldAndTheRestCounted) {
  const TempDir dir;
  std::string text = "timestamp,bytes\n";
  for (int hour = 0; hour < 8; ++hour) text += std::to_string(1'759'266'000 + 3600 * hour) + ",-1\n";
  const auto finished = exporter({"forecast", input_of(dir, text)});
  expect_said(finished, 0, "history.csv: line 6: the amount is negative; that time is taken as unknown\n");
  expect_said(finished, 0, "history.csv: and 3 more rows like these\n");
  EXPECT_EQ(finished.output.find("line 7"), std::string::npos);
}

TEST(ForecastCommand, OfSeveralSeriesOneIsNamed) {
  const TempDir dir;
  const auto input = input_of(dir, "series,timestamp,bytes\na,1759266000,5\nb,1759266000,6\nc,1759269600,7\n");
  expect_said(exporter({"forecast", input}), 64, "has several series: \"a\", \"b\" and \"c\"; say which with --series");
  expect_said(exporter({"forecast", input, "--series=b"}), 0, "\"used_bytes\": 6");
  expect_said(exporter({"forecast", input, "--series=d"}), 64, "has no \"d\"; it has \"a\", \"b\" and \"c\"");
  expect_said(exporter({"backtest", input}), 0, "3 series, pooled");
  expect_said(exporter({"backtest", input, "--series=a"}), 0, "1 series\n");
  expect_said(exporter({"forecast", kFamily, "--series=home-1"}), 0, "\"days_known\": 111");
}

// The backtest with stderr on a terminal; what that showed, and how it ended after `signal`.
struct OnATerminal {
  std::string shown;
  int status = 0;
};

OnATerminal backtest_on_a_terminal(const std::string& input, int signal) {
  int terminal = -1;
  int theirs = -1;
  OnATerminal result;
  if (openpty(&terminal, &theirs, nullptr, nullptr, nullptr) != 0) return result;
  const pid_t pid = fork();
  if (pid == 0) {
    ::signal(SIGINT, SIG_DFL);  // whoever runs the tests in the background has it ignored
    dup2(theirs, STDERR_FILENO);
    if (std::freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
    execl(TAARA_EXPORTER, TAARA_EXPORTER, "backtest", input.c_str(), nullptr);
    _exit(127);
  }
  close(theirs);
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = read(terminal, piece.data(), piece.size())) > 0;) {
    result.shown.append(piece.data(), static_cast<std::size_t>(got));
    if (signal != 0) kill(pid, signal);
  }
  close(terminal);
  waitpid(pid, &result.status, 0);
  return result;
}

TEST(BacktestCommand, ShowsABarOnATerminalAndLeavesNothingOfIt) {
  const auto whole = backtest_on_a_terminal(kFamily, 0);
  EXPECT_EQ(whole.status, 0);
  EXPECT_NE(whole.shown.find("] 50 %"), std::string::npos);
  EXPECT_NE(whole.shown.find("] 100 %"), std::string::npos);
  EXPECT_TRUE(whole.shown.ends_with("\r\x1b[K"));
}

TEST(BacktestCommand, ControlCEndsItAtOnce) {
  const TempDir dir;
  std::string text = "timestamp,bytes\n";
  for (std::int64_t day = 0; day < 9000; ++day) text += std::to_string(day * 86'400) + "," + std::to_string(day) + "\n";
  const auto cut = backtest_on_a_terminal(input_of(dir, text), SIGINT);
  EXPECT_TRUE(WIFSIGNALED(cut.status) && WTERMSIG(cut.status) == SIGINT) << cut.status;
  EXPECT_EQ(cut.shown.find("] 50 %"), std::string::npos);
}

}  // namespace
}  // namespace taara::test
