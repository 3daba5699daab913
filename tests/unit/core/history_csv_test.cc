// SPDX-License-Identifier: Apache-2.0
#include "core/history_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "unit/history_sink.h"

namespace taara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const date::time_zone& nairobi() { return *date::locate_zone("Africa/Nairobi"); }

constexpr std::int64_t kAt = 1'755'756'753;  // 2025-08-21 09:12:33 in Nairobi

HistoryRow row_of(const HistoryTable& table, const std::map<std::string_view, HistoryValue>& values) {
  HistoryRow row(table.columns.size());
  for (const auto& [column, value] : values) row.at(column_of(table, column)) = value;
  return row;
}

HistoryRow reading(const std::string& plan) {
  return row_of(*history_table("readings"), {{"started", kAt},
                                             {"time", kAt + 1},
                                             {"status", "success"},
                                             {"reached", std::int64_t{1}},
                                             {"accepted", std::int64_t{0}},
                                             {"remaining", std::int64_t{885'126'291'542}},
                                             {"resolution", std::int64_t{1}},
                                             {"expiry_resolution", std::int64_t{86'400}},
                                             {"response_ms", std::int64_t{640}},
                                             {"plan", plan}});
}

KeptHistory read(const std::string& text, const date::time_zone& zone = nairobi()) {
  KeptHistory kept;
  HistoryCsvReader reader(zone, kept);
  bool wanted = true;
  LineSplitter lines([&](const TextLine& line) { wanted = wanted && reader.take(line); });
  lines.feed(text);
  lines.finish();
  return kept;
}

std::string file_with(const std::string& line) { return history_csv_header() + "\n" + line + "\n"; }

// A row of the file with these fields; the others are empty.
std::string line_with(const std::map<std::string, std::string>& fields) {
  std::string line;
  std::string header = history_csv_header() + ",";
  for (std::size_t at = 0; at < header.size();) {
    const auto end = header.find(',', at);
    const auto found = fields.find(header.substr(at, end - at));
    line += (at > 0 ? "," : "") + (found == fields.end() ? "" : found->second);
    at = end + 1;
  }
  return line;
}

std::string problem_of(const std::map<std::string, std::string>& fields) {
  const auto kept = read(file_with(line_with(fields)));
  return kept.problems.empty() ? "none" : kept.problems.front();
}

const std::map<std::string, std::string> an_hour{{"record", "hour"},
                                                 {"household", "home"},
                                                 {"start", "2025-08-21T09:00:00+03:00"},
                                                 {"end", "2025-08-21T10:00:00+03:00"},
                                                 {"used_bytes", "12"}};

std::map<std::string, std::string> but(std::map<std::string, std::string> fields, const std::string& name,
                                       const std::string& value) {
  fields[name] = value;
  return fields;
}

TEST(HistoryCsv, ARowSaysWhatItIsWithLocalTimesAndWholeBytes) {
  EXPECT_EQ(history_csv_row("home", nairobi(), *history_table("readings"), reading("1 Month")),
            "reading,home,2025-08-21T09:12:33+03:00,2025-08-21T09:12:34+03:00,,,885126291542,,,,,1,success,,no,yes,1 "
            "Month,,,86400,640");
  EXPECT_EQ(history_csv_row("home", nairobi(), *history_table("hours"), {std::int64_t{1'755'723'600}, std::int64_t{0}}),
            "hour,home,2025-08-21T00:00:00+03:00,2025-08-21T01:00:00+03:00,0,,,,,,,,,,,,,,,,");
}

TEST(HistoryCsv, ReadsBackWhatItWrote) {
  const HistoryTable& days = *history_table("days");
  const HistoryTable& cycles = *history_table("cycles");
  const HistoryRow day = row_of(days, {{"date", "2025-08-21"},
                                       {"starts", std::int64_t{1'755'723'600}},
                                       {"ends", std::int64_t{1'755'810'000}},
                                       {"budget", std::int64_t{-5}},
                                       {"used", std::int64_t{7}}});
  const HistoryRow cycle = row_of(cycles, {{"starts", std::int64_t{0}},
                                           {"ends", kAt},
                                           {"used", std::int64_t{7}},
                                           {"used_peak", std::int64_t{8}},
                                           {"meter_offset", std::int64_t{-9}},
                                           {"top_ups", std::int64_t{0}}});
  std::string text = history_csv_header() + "\n";
  for (const auto& [table, row] : {std::pair{history_table("readings"), reading("1 Month, \"fast\"")},
                                   {&cycles, cycle},
                                   {&days, day},
                                   {history_table("hours"), {std::int64_t{1'755'723'600}, std::int64_t{3}}}})
    text += history_csv_row("home", nairobi(), *table, row) + "\n";
  const auto kept = read(text);
  EXPECT_THAT(kept.problems, IsEmpty());
  EXPECT_EQ(kept.name_, "home");
  EXPECT_THAT(kept.values, ElementsAre(reading("1 Month, \"fast\""), cycle, day,
                                       HistoryRow{std::int64_t{1'755'723'600}, std::int64_t{3}}));
}

TEST(HistoryCsv, ATextThatASpreadsheetWouldRunIsNeutralised) {
  for (const std::string plan : {"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''", "'quoted'"}) {
    const std::string text = history_csv_row("home", nairobi(), *history_table("readings"), reading(plan));
    EXPECT_TRUE(text.find(",'" + plan.substr(0, 2)) != std::string::npos ||
                text.find(",\"'" + plan.substr(0, 2)) != std::string::npos)
        << text;
    const auto kept = read(file_with(text));
    ASSERT_EQ(kept.values.size(), 1U) << plan;
    EXPECT_EQ(kept.values[0], reading(plan));
  }
  EXPECT_TRUE(
      history_csv_row("-home", nairobi(), *history_table("hours"), {kAt, std::int64_t{1}}).starts_with("hour,'-home,"));
}

TEST(HistoryCsv, WhatIsWrongIsSaidWithItsLine) {
  EXPECT_EQ(problem_of(an_hour), "none");
  EXPECT_EQ(problem_of(but(an_hour, "record", "week")), "2: record \"week\" is none of reading, cycle, day and hour");
  EXPECT_EQ(problem_of(but(an_hour, "household", "")), "2: household is missing");
  for (const auto* number : {"1.5", "NaN", "1e3", "0x10", " 1", "+1", "9223372036854775808", "1 GB"})
    EXPECT_EQ(problem_of(but(an_hour, "used_bytes", number)),
              "2: used_bytes \"" + std::string(number) + "\" is no whole number");
  for (const auto* time : {"yesterday", "2025-08-21", "2025-08-21T09:00", "2025-02-30T09:00:00Z", "1755723600"})
    EXPECT_THAT(problem_of(but(an_hour, "start", time)), HasSubstr("is no time such as")) << time;
  EXPECT_EQ(problem_of(but(an_hour, "start", "")), "2: start is missing");
  EXPECT_EQ(problem_of(but(an_hour, "end", "2025-08-21T11:00:00+03:00")),
            "2: an hour's end is not one hour after its start");
  EXPECT_EQ(problem_of(but(an_hour, "status", "success")), "2: status doesn't belong to a row of kind hour");
  EXPECT_THAT(problem_of({{"record", "day"},
                          {"household", "home"},
                          {"start", "2025-08-21T00:00:00Z"},
                          {"end", "2025-08-22T00:00:00Z"},
                          {"used_bytes", "1"}}),
              HasSubstr("is not where a day begins in Africa/Nairobi"));
  EXPECT_THAT(problem_of({{"record", "reading"}, {"household", "home"}, {"accepted", "1"}}),
              HasSubstr("is neither yes nor no"));
}

TEST(HistoryCsv, FieldsAndQuotesAreCounted) {
  EXPECT_THAT(read(file_with("hour,home")).problems, ElementsAre("2: found 2 fields; needed: 21"));
  for (const auto* line : {"hour,\"home", "hour,ho\"me", "hour,\"ho\"me,", "\""})
    EXPECT_THAT(read(file_with(line)).problems, ElementsAre(HasSubstr("2: quotes"))) << line;
}

TEST(HistoryCsv, AnotherHeaderEndsIt) {
  EXPECT_THAT(read("record;household\nhour\n").problems, ElementsAre(HasSubstr("1: the header is not")));
}

TEST(HistoryCsv, OneFileHoldsOneHousehold) {
  EXPECT_THAT(read(file_with(line_with(an_hour) + "\n" + line_with(but(an_hour, "household", "cottage")))).problems,
              ElementsAre("3: household \"cottage\" follows \"home\"; one file, one household"));
}

TEST(HistoryCsv, TimesOfAnotherZoneMeanTheSameMoment) {
  const auto kept = read(
      file_with(line_with(but(but(an_hour, "start", "2025-08-21T06:00:00Z"), "end", "2025-08-21T08:00:00+01:00"))));
  EXPECT_THAT(kept.rows, ElementsAre("2 hours starts=1755756000 used=12"));
}

TEST(HistoryCsv, MutatedFilesNeverCrash) {
  std::mt19937 random(3);
  const std::string whole = file_with(line_with(an_hour) + "\n" +
                                      history_csv_row("home", nairobi(), *history_table("readings"), reading("=1,\"")));
  for (int round = 0; round < 3000; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i <= random() % 3; ++i) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = static_cast<char>(random());
      else
        text.insert(at, 1, ",\"\n'0-"[random() % 6]);
    }
    const auto kept = read(text);
    for (std::size_t i = 0; i < kept.rows.size(); ++i) EXPECT_EQ(kept.values[i].size(), kept.tables[i]->columns.size());
  }
}

TEST(LineSplitter, LinesComeWholeWhateverThePieces) {
  const std::string text = "one\n\ntwo\r\n" + std::string(5000, 'x') + "\nbad\x01\n\xC3\xA9\n\xFF\nlast";
  for (const std::size_t piece : {1U, 7U, 100'000U}) {
    std::string found;
    LineSplitter lines([&](const TextLine& line) {
      found += std::to_string(line.number) + ":" + std::to_string(static_cast<int>(line.fault)) + ":" +
               std::string(line.text) + "|";
    });
    for (std::size_t at = 0; at < text.size(); at += piece) lines.feed(std::string_view(text).substr(at, piece));
    lines.finish();
    EXPECT_EQ(found, "1:0:one|2:0:|3:3:|4:1:|5:2:|6:0:\xC3\xA9|7:2:|8:0:last|");
  }
}

}  // namespace
}  // namespace taara
