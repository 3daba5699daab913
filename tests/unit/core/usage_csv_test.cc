// SPDX-License-Identifier: Apache-2.0
#include "core/usage_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "unit/core/book.h"
#include "unit/history_sink.h"

namespace taara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Time now_then = utc(2025, 9, 1);
const Time midnight = utc(2025, 8, 20, 21);  // of 21 August in Nairobi

std::int64_t count(Time time) { return time.time_since_epoch().count(); }

KeptHistory read(const std::string& text, const std::optional<std::string>& series = {},
                 const Household& household = book::home()) {
  KeptHistory kept;
  UsageCsvReader reader(series, {household, now_then, kept});
  bool wanted = true;
  LineSplitter lines([&](const TextLine& line) { wanted = wanted && reader.take(line); });
  lines.feed(text);
  lines.finish();
  reader.finish();
  return kept;
}

std::string rows_from(Time start, std::chrono::seconds step, int rows, const std::string& series = "") {
  std::string text;
  for (int i = 0; i < rows; ++i)
    text += (series.empty() ? "" : series + ",") + std::to_string(count(start + step * i)) + "," +
            std::to_string(100 + i) + "\n";
  return text;
}

std::string file(const std::string& rows) { return "timestamp,bytes\n" + rows; }

std::string problem_of(const std::string& text) {
  const auto kept = read(text);
  return kept.problems.empty() ? "none" : kept.problems.front();
}

TEST(UsageCsv, HoursFillHoursAndTheDaysThatTheyCoverWholly) {
  const auto kept = read(file(rows_from(midnight - book::hours{1}, book::hours{1}, 26)));
  EXPECT_THAT(kept.problems, IsEmpty());
  ASSERT_EQ(kept.rows.size(), 27U);
  EXPECT_EQ(kept.rows[0], "2 hours starts=" + std::to_string(count(midnight) - 3600) + " used=100");
  EXPECT_EQ(kept.rows[25], "26 days date=2025-08-21 starts=" + std::to_string(count(midnight)) +
                               " ends=" + std::to_string(count(midnight) + 86'400) + " used=2700");
}

TEST(UsageCsv, AMissingHourStaysUnknownAndItsDayToo) {
  const auto kept =
      read(file(rows_from(midnight, book::hours{1}, 10) + rows_from(midnight + book::hours{11}, book::hours{1}, 14)));
  EXPECT_THAT(kept.problems, IsEmpty());
  EXPECT_EQ(kept.rows.size(), 24U);
  for (const auto* table : kept.tables) EXPECT_EQ(table->name, "hours");
}

TEST(UsageCsv, DaysFillDays) {
  const auto kept =
      read(file(rows_from(midnight, book::days{1}, 3) + rows_from(midnight + book::days{7}, book::days{1}, 2)));
  EXPECT_THAT(kept.problems, IsEmpty());
  EXPECT_EQ(kept.rows.size(), 5U);
  EXPECT_THAT(kept.rows[4], HasSubstr("days date=2025-08-29"));
}

TEST(UsageCsv, DaysOf23And25HoursAreDays) {
  // Berlin's clocks: 30 March 2025 has 23 hours.
  std::string rows;
  for (const Time start : {utc(2025, 3, 28, 23), utc(2025, 3, 29, 23), utc(2025, 3, 30, 22), utc(2025, 3, 31, 22)})
    rows += std::to_string(count(start)) + ",5\n";
  const auto kept = read(file(rows), {}, book::home("Europe/Berlin"));
  EXPECT_THAT(kept.problems, IsEmpty());
  EXPECT_EQ(kept.rows.size(), 4U);
  // All hours of that day make up a day, too.
  const auto hours = read(file(rows_from(utc(2025, 3, 29, 23), book::hours{1}, 23)), {}, book::home("Europe/Berlin"));
  EXPECT_EQ(hours.rows.size(), 24U);
}

TEST(UsageCsv, OneSeriesOfSeveralIsChosen) {
  const std::string text = "series,timestamp,bytes\n" + rows_from(midnight, book::hours{1}, 3, "a") +
                           rows_from(midnight, book::hours{1}, 4, "b");
  EXPECT_EQ(read(text, "a").rows.size(), 3U);
  EXPECT_EQ(read(text, "b").rows.size(), 4U);
  EXPECT_THAT(read(text).problems, ElementsAre(HasSubstr("several series: \"a\", \"b\"; say which with --series")));
  EXPECT_THAT(read(text).rows, IsEmpty());
  EXPECT_THAT(read(text, "c").problems, ElementsAre(HasSubstr("no series \"c\"")));
  EXPECT_THAT(read(file(rows_from(midnight, book::hours{1}, 3)), "a").problems, ElementsAre(HasSubstr("--series")));
  EXPECT_EQ(read("series,timestamp,bytes\n" + rows_from(midnight, book::hours{1}, 3, "a")).rows.size(), 3U);
}

TEST(UsageCsv, EveryBadRowIsSaidWithItsLine) {
  const std::string at = std::to_string(count(midnight));
  const std::string next = std::to_string(count(midnight) + 3600);
  const auto kept = read(file(at + ",1\n" + at + ",2\n" + std::to_string(count(midnight) - 3600) + ",3\n" + next +
                              ",-4\n" + next + ",NaN\n" + next + ",99999999999999999999\n" + next + ",1.5\nx,1\n" +
                              next + "\n" + next + ",1,2\n-5,1\n" + next + ",\n\"" + next + "\",1\n9999999999,1\n"));
  EXPECT_THAT(kept.problems, ElementsAre("3: timestamp " + at + " comes twice", HasSubstr("4: timestamp"),
                                         "5: bytes \"-4\" is negative", "6: bytes \"NaN\" is no whole number",
                                         "7: bytes \"99999999999999999999\" is too large",
                                         "8: bytes \"1.5\" is no whole number", "9: timestamp \"x\" is no whole number",
                                         HasSubstr("10: found 1 fields"), HasSubstr("11: found 3 fields"),
                                         "12: timestamp \"-5\" is negative", "13: bytes \"\" is no whole number",
                                         HasSubstr("14: quotes"), "15: timestamp \"9999999999\" is too large"));
  EXPECT_THAT(kept.rows, IsEmpty());
}

TEST(UsageCsv, StepsThatAreNeitherHoursNorDaysAreRefused) {
  EXPECT_THAT(problem_of(file(rows_from(midnight, book::minutes{5}, 9))), HasSubstr("300 seconds apart"));
  EXPECT_THAT(problem_of(file(rows_from(midnight, book::hours{2}, 9))), HasSubstr("7200 seconds apart"));
  EXPECT_THAT(problem_of(file(rows_from(midnight, book::hours{1}, 1))), HasSubstr("fewer than two rows"));
  EXPECT_THAT(problem_of(file("")), HasSubstr("fewer than two rows"));
  EXPECT_THAT(
      problem_of(file(rows_from(midnight, book::days{1}, 4) + rows_from(midnight + book::days{4}, book::hours{1}, 4))),
      HasSubstr("the steps are mixed"));
}

TEST(UsageCsv, RowsThatDontFitTheHouseholdsClockAreRefused) {
  EXPECT_THAT(problem_of(file(rows_from(midnight + book::minutes{30}, book::hours{1}, 3))),
              HasSubstr("is not the start of an hour in Africa/Nairobi"));
  EXPECT_THAT(problem_of(file(rows_from(utc(2025, 8, 21), book::days{1}, 3))),
              HasSubstr("is not where a day begins in Africa/Nairobi"));
}

TEST(UsageCsv, TheFutureAndTheImpossibleAreRefused) {
  EXPECT_THAT(problem_of(file(rows_from(now_then - book::hours{2}, book::hours{1}, 3))), HasSubstr("isn't over yet"));
  EXPECT_THAT(problem_of(file(std::to_string(count(midnight)) + ",900000000000\n" +
                              std::to_string(count(midnight) + 3600) + ",1\n")),
              HasSubstr("more than the line can carry"));
}

TEST(UsageCsv, AnotherHeaderIsRefused) {
  EXPECT_THAT(problem_of("time,bytes\n1,2\n"), HasSubstr("1: the first line is neither"));
}

TEST(UsageCsv, AllZerosAreZeros) {
  const auto kept =
      read(file(std::to_string(count(midnight)) + ",0\n" + std::to_string(count(midnight) + 3600) + ",0\n"));
  EXPECT_THAT(kept.problems, IsEmpty());
  EXPECT_THAT(kept.rows[1], HasSubstr("used=0"));
}

TEST(UsageCsv, MutatedFilesNeverCrash) {
  std::mt19937 random(5);
  const std::string whole = "series,timestamp,bytes\n" + rows_from(midnight, book::hours{1}, 30, "a");
  for (int round = 0; round < 1000; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i <= random() % 3; ++i) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = static_cast<char>(random());
      else
        text.insert(at, 1, ",\n0-9\0"[random() % 6]);
    }
    (void)read(text);
  }
}

}  // namespace
}  // namespace taara
