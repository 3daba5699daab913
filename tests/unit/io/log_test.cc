// SPDX-License-Identifier: Apache-2.0
#include "io/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <thread>
#include <vector>

namespace taara {
namespace {

class FixedClock : public Clock {
 public:
  [[nodiscard]] Time wall() const override { return Time{seconds{784'111'777}}; }
  [[nodiscard]] Steady steady() const override { return {}; }
};

class LogTest : public ::testing::Test {
 protected:
  LogTest() {
    ::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe(ends_), 0);
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~LogTest() override {
    close_reader();
    ::close(ends_[1]);
  }

  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  std::string read_all() {
    std::string text(65'536, '\0');  // as much as a pipe holds
    const ssize_t size = ::read(ends_[0], text.data(), text.size());
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
  }
  std::string line_of(LogFormat format, std::string_view value) {
    Log log(clock_, ends_[1], LogLevel::info, format);
    log.write(LogLevel::warn, "it happened", {{"key", value}});
    EXPECT_EQ(log.dropped(), 0u);
    return read_all();
  }
  // What logfmt shows of a value.
  std::string shown(std::string_view value) {
    const std::string line = line_of(LogFormat::logfmt, value);
    const std::size_t start = line.find(" key=");
    return start == std::string::npos ? line : line.substr(start + 5, line.size() - start - 6);
  }

  FixedClock clock_;
  int ends_[2] = {-1, -1};
};

TEST_F(LogTest, LogfmtHasTimeLevelMessageAndFields) {
  Log log(clock_, ends_[1], LogLevel::info, LogFormat::logfmt);
  log.write(LogLevel::info, "poll failed", {{"household", "home"}, {"status", std::int64_t{-3}}, {"empty", ""}});
  EXPECT_EQ(read_all(),
            "time=1994-11-06T08:49:37Z level=info msg=\"poll failed\" household=home status=-3 empty=\"\"\n");
}

TEST_F(LogTest, JsonHasTheSame) {
  Log log(clock_, ends_[1], LogLevel::info, LogFormat::json);
  log.write(LogLevel::error, "poll failed", {{"household", "home"}, {"status", std::int64_t{-3}}});
  EXPECT_EQ(read_all(),
            "{\"time\":\"1994-11-06T08:49:37Z\",\"level\":\"error\",\"msg\":\"poll failed\",\"household\":\"home\","
            "\"status\":\"-3\"}\n");
}

TEST_F(LogTest, LevelsBelowTheChosenOneAreSilent) {
  Log log(clock_, ends_[1], LogLevel::warn, LogFormat::logfmt);
  log.write(LogLevel::debug, "a");
  log.write(LogLevel::info, "b");
  EXPECT_EQ(read_all(), "");
  log.set(LogLevel::debug, LogFormat::json);
  log.write(LogLevel::debug, "c");
  EXPECT_EQ(boost::json::parse(read_all()).at("level").as_string(), "debug");
}

TEST_F(LogTest, NothingFromOutsideCanForgeALine) {
  EXPECT_EQ(shown("plain-value/1.5:x"), "plain-value/1.5:x");
  EXPECT_EQ(shown("two words"), "\"two words\"");
  EXPECT_EQ(shown("a=b"), "\"a=b\"");
  EXPECT_EQ(shown("x\nlevel=error"), "\"x\\nlevel=error\"");
  EXPECT_EQ(shown("\r\t\"\\"), "\"\\r\\t\\\"\\\\\"");
  EXPECT_EQ(shown(std::string_view("\0\x1b[31m\x7f", 7)), "\"\\u0000\\u001b[31m\\u007f\"");
  EXPECT_EQ(shown("caf\xc3\xa9 \xf0\x9f\x98\x80"), "\"caf\xc3\xa9 \xf0\x9f\x98\x80\"");
  EXPECT_EQ(shown("\xc2\x85"), "\"\\u0085\"");
  EXPECT_EQ(shown("\xe2\x80\xae"
                  "abc"
                  "\xe2\x80\xa8"),
            "\"\\u202eabc\\u2028\"");
  EXPECT_EQ(shown("\xd8\x9c\xe2\x80\x8f\xe2\x81\xa6"), "\"\\u061c\\u200f\\u2066\"");
}

TEST_F(LogTest, R39_InvalidUtf8BecomesTheReplacementCharacter) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(shown("\xff"), '"' + bad + '"');
  EXPECT_EQ(shown("a\xc3"), "\"a" + bad + '"');
  EXPECT_EQ(shown("\xc0\xaf"), '"' + bad + bad + '"');            // overlong
  EXPECT_EQ(shown("\xed\xa0\x80"), '"' + bad + bad + bad + '"');  // a surrogate
  EXPECT_EQ(shown("\xf4\x90\x80\x80"), '"' + bad + bad + bad + bad + '"');
  EXPECT_EQ(shown("\xe2\x82x"), '"' + bad + bad + "x\"");
}

TEST_F(LogTest, EveryByteGivesOneLineAndValidJson) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; second += 37) {
      const std::string value{static_cast<char>(first), static_cast<char>(second), 'x'};
      const std::string line = line_of(LogFormat::json, value);
      ASSERT_EQ(line.find('\n'), line.size() - 1);
      boost::system::error_code error;
      const auto parsed = boost::json::parse(line, error);
      ASSERT_FALSE(error) << first << ' ' << second << ' ' << line;
      ASSERT_TRUE(parsed.at("key").as_string().ends_with("x") || second >= 0xc0) << line;
    }
  }
}

TEST_F(LogTest, P10_ALineNeverExceedsWhatAPipeTakesInOnePiece) {
  for (const LogFormat format : {LogFormat::logfmt, LogFormat::json}) {
    for (const std::string_view unit : {"x", "\n", "\"", "\xc3\xa9", "\xff", "\x01"}) {
      std::string value;
      while (value.size() < 10'000) value += unit;
      Log log(clock_, ends_[1], LogLevel::info, format);
      log.write(LogLevel::info, value, {{"a", value}, {"b", value}, {"c", value}, {"d", value}, {"e", value}});
      const std::string line = read_all();
      EXPECT_LE(line.size(), 4096u);
      EXPECT_GT(line.size(), 2500u);
      EXPECT_TRUE(line.ends_with(format == LogFormat::json ? "\"}\n" : "\"\n")) << line.substr(line.size() - 20);
      EXPECT_NE(line.find("\xe2\x80\xa6"), std::string::npos);
      EXPECT_EQ(line.find("\xc3\xe2"), std::string::npos);
      if (format == LogFormat::json) {
        EXPECT_TRUE(boost::json::parse(line).is_object());
      }
    }
  }
}

TEST_F(LogTest, ALongValueIsCutAndTheNextFieldStays) {
  Log log(clock_, ends_[1], LogLevel::info, LogFormat::logfmt);
  log.write(LogLevel::info, "m", {{"long", std::string(5000, 'x')}, {"next", "here"}});
  const std::string line = read_all();
  EXPECT_NE(line.find("x\xe2\x80\xa6\" next=here\n"), std::string::npos);
}

TEST_F(LogTest, P10_AFullPipeNeverBlocksAndWhatIsLostIsCounted) {
  Log log(clock_, ends_[1], LogLevel::info, LogFormat::logfmt);
  const std::string value(1000, 'x');
  for (int i = 0; i < 1000; ++i) log.write(LogLevel::info, "m", {{"v", value}});
  const std::uint64_t dropped = log.dropped();
  EXPECT_GT(dropped, 0u);
  const std::string text = read_all();
  EXPECT_TRUE(text.ends_with("x\n"));
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + dropped, 1000u);
  log.write(LogLevel::info, "again");
  EXPECT_EQ(log.dropped(), dropped);
}

TEST_F(LogTest, P10_AReaderThatHasGoneIsSurvivedAndCounted) {
  close_reader();
  Log log(clock_, ends_[1], LogLevel::info, LogFormat::logfmt);
  log.write(LogLevel::info, "m");
  EXPECT_EQ(log.dropped(), 1u);
}

TEST_F(LogTest, P10_AClosedDescriptorIsSurvivedAndCounted) {
  Log log(clock_, 9999, LogLevel::info, LogFormat::logfmt);
  log.write(LogLevel::info, "m");
  EXPECT_EQ(log.dropped(), 1u);
}

TEST_F(LogTest, LinesOfManyThreadsDontMix) {
  Log log(clock_, ends_[1], LogLevel::info, LogFormat::logfmt);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&log] {
      for (int n = 0; n < 25; ++n) log.write(LogLevel::info, "m", {{"v", std::string(300, 'x')}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = read_all();
  const std::string line = "time=1994-11-06T08:49:37Z level=info msg=m v=" + std::string(300, 'x') + "\n";
  std::string expected;
  for (int n = 0; n < 100; ++n) expected += line;
  EXPECT_EQ(log.dropped(), 0u);
  EXPECT_EQ(text, expected);
}

}  // namespace
}  // namespace taara
