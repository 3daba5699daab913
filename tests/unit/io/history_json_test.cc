// SPDX-License-Identifier: Apache-2.0
#include "io/history_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "unit/history_sink.h"

namespace taara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kDocument = R"({"format":"taara-history","version":1,"household":"home",
"state":[],
"hours":[
{"starts":3600,"used":0},
{"starts":7200,"used":12}
],
"raw":[
{"started":7200,"body":"{\"a\":\"\\u00e9\\n\"}"}
]
}
)";

KeptHistory read(std::string_view text, std::size_t piece = std::string_view::npos) {
  KeptHistory kept;
  HistoryJsonReader reader(kept);
  bool wanted = true;
  for (std::size_t at = 0; wanted && at < text.size(); at += std::min(piece, text.size() - at))
    wanted = reader.feed(text.substr(at, piece));
  reader.finish();
  return kept;
}

std::string problem_of(std::string_view text) {
  const KeptHistory kept = read(text);
  return kept.problems.empty() ? "none" : kept.problems.front();
}

std::string with(std::string_view hours) {
  return R"({"format":"taara-history","version":1,"household":"home","hours":[)" + std::string(hours) + "]}";
}

TEST(HistoryJson, ReadsRowsWithTheirLines) {
  const KeptHistory kept = read(kDocument);
  EXPECT_EQ(kept.name_, "home");
  EXPECT_THAT(kept.problems, IsEmpty());
  EXPECT_THAT(kept.rows, ElementsAre("4 hours starts=3600 used=0", "5 hours starts=7200 used=12",
                                     "8 raw started=7200 body={\"a\":\"\\u00e9\\n\"}"));
}

TEST(HistoryJson, PiecesOfAnySizeGiveTheSame) {
  const auto whole = read(kDocument).rows;
  for (std::size_t piece = 1; piece < 40; ++piece) EXPECT_EQ(read(kDocument, piece).rows, whole) << piece;
}

TEST(HistoryJson, WhatWasReadIsWrittenAsTheSameBytes) {
  const KeptHistory kept = read(kDocument);
  std::string text;
  HistoryJsonWriter writer(kept.name_, [&](std::string_view piece) { text += piece; });
  for (const std::string_view name : {"state", "hours", "raw"}) {
    const HistoryTable& table = *history_table(name);
    writer.table(table);
    for (std::size_t i = 0; i < kept.rows.size(); ++i)
      if (kept.tables[i] == &table) writer.row(kept.values[i]);
  }
  writer.finish();
  EXPECT_EQ(text, kDocument);
}

TEST(HistoryJson, AnyLayoutOfTheSameDocumentIsTaken) {
  EXPECT_THAT(read("{ \"format\" : \"taara-history\",\r\n \"version\":1,\"household\":\"home\",\n\"hours\":[{\n"
                   "\"used\":null,\n\"starts\":3600\n}]}\n\n")
                  .rows,
              ElementsAre("3 hours starts=3600"));
}

TEST(HistoryJson, ACutFileIsNotWhole) {
  const std::string whole(kDocument);
  for (std::size_t length = 0; length + 2 < whole.size(); ++length)
    EXPECT_THAT(read(whole.substr(0, length)).problems, testing::Not(IsEmpty())) << length;
  EXPECT_THAT(problem_of(whole.substr(0, 60)), HasSubstr("not whole"));
}

TEST(HistoryJson, WhatIsWrongInARowIsSaidAndTheRestIsRead) {
  const KeptHistory kept =
      read(with("{\"starts\":1,\"used\":1.5},\n{\"starts\":2,\"used\":1e400},\n"
                "{\"starts\":3,\"used\":18446744073709551615},\n{\"starts\":4,\"usd\":1},\n"
                "{\"starts\":5,\"starts\":5},\n{\"starts\":true},\n{\"starts\":7,\"used\":8}"));
  EXPECT_THAT(kept.problems,
              ElementsAre("1: used is no whole number", "2: used is no whole number",
                          "3: used is larger than any amount can be", "4: there is no column \"usd\" in hours",
                          "5: starts comes twice", "6: starts is true or false where a number or text is needed"));
  EXPECT_THAT(kept.rows, ElementsAre("7 hours starts=7 used=8"));
}

// A terminal would do what such a name says.
TEST(HistoryJson, TheNameOfNoColumnIsShownInQuotesOnly) {
  const KeptHistory kept = read(with("{\"u\x7F\":18446744073709551615,\"v\\u001b[2J\":true}"));
  EXPECT_THAT(kept.problems,
              ElementsAre("1: there is no column \"u\\x7F\" in hours", "1: there is no column \"v\\x1B[2J\" in hours"));
}

TEST(HistoryJson, AnotherShapeIsRefused) {
  EXPECT_THAT(problem_of("[]"), HasSubstr("found a list"));
  EXPECT_THAT(problem_of("{}"), HasSubstr("names no household"));
  EXPECT_THAT(problem_of("7"), HasSubstr("a plain value"));
  EXPECT_THAT(problem_of(R"({"format":"else"})"), HasSubstr("the format is not taara-history"));
  EXPECT_THAT(problem_of(R"({"format":"taara-history","version":2})"), HasSubstr("use the newer program"));
  EXPECT_THAT(problem_of(R"({"household":"home"})"), HasSubstr("come before household"));
  EXPECT_THAT(problem_of(R"({"format":"taara-history","version":1,"hours":[]})"), HasSubstr("before the tables"));
  EXPECT_THAT(problem_of(R"({"format":"taara-history","version":1,"household":"h","weeks":[]})"),
              HasSubstr("no table \"weeks\""));
  EXPECT_THAT(problem_of(R"({"format":"taara-history","version":1,"household":"h","hours":[],"hours":[]})"),
              HasSubstr("\"hours\" comes twice"));
  EXPECT_THAT(problem_of(R"({"format":"taara-history","version":1,"household":"h","hours":7})"),
              HasSubstr("a plain value"));
  EXPECT_THAT(problem_of(with("7")), HasSubstr("a plain value"));
  EXPECT_THAT(problem_of(with("[]")), HasSubstr("found a list"));
  EXPECT_THAT(problem_of(with(R"({"starts":{}})")), HasSubstr("nested deeper"));
  EXPECT_THAT(problem_of(with("") + "x"), HasSubstr("more follows"));
  EXPECT_THAT(problem_of("\xEF\xBB\xBF{}"), HasSubstr("not JSON"));
  EXPECT_THAT(problem_of(with("{\"starts\":\"\xFF\"}")), HasSubstr("not JSON"));
}

TEST(HistoryJson, AnUnwantedHouseholdEndsItWithoutMoreWords) {
  KeptHistory kept;
  kept.wanted = false;
  HistoryJsonReader reader(kept);
  EXPECT_FALSE(reader.feed(kDocument));
  reader.finish();
  EXPECT_THAT(kept.problems, IsEmpty());
  EXPECT_THAT(kept.rows, IsEmpty());
}

TEST(HistoryJson, AHugeTextIsNotKept) {
  EXPECT_THAT(problem_of(with("{\"starts\":\"" + std::string(kMaxHistoryText + 1, 'x') + "\"}")),
              HasSubstr("longer than 256 KiB"));
}

TEST(HistoryJson, MutatedFilesNeverCrash) {
  std::mt19937 random(7);
  const std::string whole(kDocument);
  std::size_t refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i <= random() % 3; ++i) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, random() % 8);
          break;
        default:
          text.insert(at, std::string(random() % 4, "{}[]\",:0\n"[random() % 9]));
      }
      if (text.empty()) text = " ";
    }
    refused += read(text, 1 + random() % 64).problems.empty() ? 0U : 1U;
  }
  EXPECT_GT(refused, 2000U);
}

}  // namespace
}  // namespace taara
