// SPDX-License-Identifier: Apache-2.0
#include "core/usage_file.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

constexpr std::int64_t kMidnight = 1'759'266'000;  // 1 October 2025 in Nairobi
constexpr std::int64_t kHour = 3600;

const date::time_zone& nairobi() { return *date::locate_zone("Africa/Nairobi"); }

std::string row(std::int64_t hour, std::string_view bytes) {
  return std::to_string(kMidnight + hour * kHour) + "," + std::string(bytes) + "\n";
}

UsageFile read(std::string_view text, std::optional<Time> until = std::nullopt) {
  auto file = read_usage_file(text, nairobi(), until);
  EXPECT_TRUE(file) << file.error().what;
  return file ? *std::move(file) : UsageFile{};
}

UsageSeries series(std::string_view rows, std::optional<Time> until = std::nullopt) {
  auto file = read("timestamp,bytes\n" + std::string(rows), until);
  return file.series.empty() ? UsageSeries{} : std::move(file.series.front());
}

std::string error(std::string_view text) {
  const auto file = read_usage_file(text, nairobi(), std::nullopt);
  return file ? "taken" : file.error().what;
}

std::string row_error(std::string_view line) { return error("timestamp,bytes\n" + row(0, "1") + std::string(line)); }

std::vector<std::string> warnings(std::string_view rows) {
  std::vector<std::string> texts;
  for (const auto& [line, text] : read("timestamp,bytes\n" + std::string(rows)).warnings)
    texts.push_back(std::to_string(line) + ": " + text);
  return texts;
}

// "start+length=bytes …", in hours.
std::string shape(const UsageSeries& series) {
  std::string text;
  for (const UsageInterval& interval : series.intervals) {
    text += std::to_string((interval.start.time_since_epoch().count() - kMidnight) / kHour) + "+" +
            std::to_string((interval.end - interval.start).count() / kHour) + "=" +
            std::to_string(static_cast<std::int64_t>(interval.used)) + " ";
  }
  return text;
}

TEST(UsageFile, RowsBecomeIntervals) {
  EXPECT_EQ(shape(series(row(0, "5") + row(1, "0") + row(2, "7"))), "0+1=5 1+1=0 2+1=7 ");
  const auto file = read("series,timestamp,bytes\nb," + row(0, "1") + "a," + row(0, "2") + "b," + row(24, "3"));
  ASSERT_EQ(file.series.size(), 2U);
  EXPECT_TRUE(file.named);
  EXPECT_EQ(file.series[0].name, "b");
  EXPECT_EQ(shape(file.series[0]), "0+24=1 24+24=3 ");
  EXPECT_EQ(shape(file.series[1]), "0+24=2 ");
}

TEST(UsageFile, AMissingRowIsUnknownAndNoZero) {
  EXPECT_EQ(shape(series(row(0, "5") + row(1, "6") + row(2, "7") + row(9, "8"))), "0+1=5 1+1=6 2+1=7 9+1=8 ");
}

TEST(UsageFile, LineEndsByteOrderMarkBlanksAndAMissingLastOneDoNoHarm) {
  EXPECT_EQ(shape(read("\xEF\xBB\xBFtimestamp,bytes\r\n1759266000,5\r\n\r\n 1759269600 ,\t6").series.front()),
            "0+1=5 1+1=6 ");
}

TEST(UsageFile, EmptyHistoriesAreNoError) {
  EXPECT_TRUE(read("timestamp,bytes\n").series.empty());
  EXPECT_TRUE(read("series,timestamp,bytes").series.empty());
  EXPECT_EQ(error(""), "line 1: there is no header; allowed: timestamp,bytes or series,timestamp,bytes");
}

TEST(UsageFile, UnorderedRowsAreSorted) {
  EXPECT_EQ(shape(series(row(2, "7") + row(0, "5") + row(1, "6"))), "0+1=5 1+1=6 2+1=7 ");
}

TEST(UsageFile, IdenticalRowsCountOnce) {
  EXPECT_EQ(shape(series(row(0, "5") + row(1, "6") + row(1, "6") + row(2, "7"))), "0+1=5 1+1=6 2+1=7 ");
  EXPECT_TRUE(warnings(row(0, "5") + row(0, "5")).empty());
}

TEST(UsageFile, RowsThatContradictEachOtherAreUnknown) {
  const std::string rows = row(0, "5") + row(1, "6") + row(2, "7") + row(1, "9");
  EXPECT_EQ(shape(series(rows)), "0+1=5 2+1=7 ");
  EXPECT_EQ(warnings(rows), std::vector<std::string>{"5: the amount is another than that of line 3 for the same "
                                                     "timestamp; that time is taken as unknown"});
}

TEST(UsageFile, NegativeAndImpossibleAmountsAreUnknown) {
  const std::string rows = row(0, "5") + row(1, "-6") + row(2, "1000000000000001") + row(3, "1000000000000000") +
                           row(4, "9223372036854775807") + row(5, "-0.5") + row(6, "-0") + row(7, "8.9");
  EXPECT_EQ(shape(series(rows)), "0+1=5 3+1=1000000000000000 6+1=0 7+1=8 ");
  EXPECT_EQ(warnings(rows), (std::vector<std::string>{
                                "3: the amount is negative; that time is taken as unknown",
                                "4: the amount is impossible, more than 1000 TB; that time is taken as unknown",
                                "6: the amount is impossible, more than 1000 TB; that time is taken as unknown",
                                "7: the amount is negative; that time is taken as unknown",
                            }));
  EXPECT_EQ(shape(series(row(0, "5") + row(1, "6") + row(1, "-6") + row(2, "7"))), "0+1=5 2+1=7 ");
}

TEST(UsageFile, WhatIsNoRowOfNumbersIsAnError) {
  const std::string allowed = "; allowed: a whole number of bytes such as 6652059845";
  EXPECT_EQ(row_error(row(1, "NaN")), "line 3: bytes \"NaN\" is no number" + allowed);
  EXPECT_EQ(row_error(row(1, "")), "line 3: bytes \"\" is no number" + allowed);
  EXPECT_EQ(row_error(row(1, "9223372036854775808")),
            "line 3: bytes \"9223372036854775808\" is more than can be counted" + allowed);
  for (const auto* bytes : {"inf", "1e9", "0x10", "1 000", "+5", "5.", ".5", "5.x", "1.5.2", "--5", "-", "5\x01", "\""})
    EXPECT_TRUE(row_error(row(1, bytes)).starts_with("line 3: bytes ")) << bytes;
  for (const auto* time : {"", "NaN", "-1", "1759266000.5", "1759266000000", "9223372036854775808", "2025-10-01", "x"})
    EXPECT_TRUE(row_error(std::string(time) + ",5").starts_with("line 3: timestamp ")) << time;
  EXPECT_EQ(row_error("1759269600"), "line 3: found 1 field; allowed: 2, as in timestamp,bytes");
  EXPECT_EQ(row_error("a,1759269600,5"), "line 3: found 3 fields; allowed: 2, as in timestamp,bytes");
  EXPECT_EQ(error("series,timestamp,bytes\n1759269600,5"),
            "line 2: found 2 fields; allowed: 3, as in series,timestamp,bytes");
  EXPECT_EQ(error("series,timestamp,bytes\n,1759269600,5"), "line 2: the series has no name");
  EXPECT_EQ(error("1759269600,5\n"),
            "line 1: found \"1759269600,5\" where the header belongs; allowed: timestamp,bytes "
            "or series,timestamp,bytes");
}

TEST(UsageFile, TheStepIsFoundFromRowsWhoseAmountIsUnknownToo) {
  EXPECT_EQ(shape(series(row(0, "5") + row(24, "-6") + row(48, "7"))), "0+24=5 48+24=7 ");
}

TEST(UsageFile, OfRowsThatBeginLaterOnlyTheTimestampIsLookedAt) {
  const Time until{seconds{kMidnight + 2 * kHour}};
  const std::string known = row(0, "5") + row(1, "6");
  const auto expected = shape(series(known, until));
  EXPECT_EQ(expected, "0+1=5 1+1=6 ");
  for (const auto& later : {row(2, "7"), row(2, "NaN") + row(3, "-5"), row(26, "7") + row(50, "9") + row(50, "8"),
                            std::string("1759273201,9\n")})
    EXPECT_EQ(shape(series(std::string(later).append(known).append(later), until)), expected) << later;
  EXPECT_TRUE(read("timestamp,bytes\n" + known + row(2, "-7"), until).warnings.empty());
}

TEST(UsageFile, ARowThatIsNotOverIsNotRead) {
  const Time until{seconds{kMidnight + 2 * kHour + kHour / 2}};
  const auto half = series(row(0, "5") + row(1, "6") + row(2, "7"), until);
  EXPECT_EQ(shape(half), "0+1=5 1+1=6 ");
  EXPECT_EQ(half.end, Time{seconds{kMidnight + 2 * kHour}});
}

TEST(UsageFile, TheEndIsThatOfTheLastRowKnownOrNot) {
  EXPECT_EQ(series(row(0, "5") + row(1, "-6")).end, Time{seconds{kMidnight + 2 * kHour}});
  EXPECT_FALSE(series("").end);
}

// Any cut, any byte changed: an answer, and never a wrong shape of it.
TEST(UsageFile, DamageDoesNoHarm) {
  const std::string good = "series,timestamp,bytes\na," + row(0, "5") + "a," + row(1, "6") + "b," + row(2, "7");
  for (std::size_t i = 0; i <= good.size(); ++i) {
    (void)read_usage_file(good.substr(0, i), nairobi(), std::nullopt);
    for (const char c : {'\0', ',', '\n', '-', '9', '\xFF'}) {
      std::string bad = good;
      if (i < bad.size()) bad[i] = c;
      const auto file = read_usage_file(bad, nairobi(), std::nullopt);
      if (!file) continue;
      for (const UsageSeries& one : file->series)
        for (const UsageInterval& interval : one.intervals) {
          EXPECT_GT(interval.end, interval.start);
          EXPECT_GE(interval.used, 0);
        }
    }
  }
}

}  // namespace
}  // namespace taara
