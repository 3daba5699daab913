// SPDX-License-Identifier: Apache-2.0
#include "io/vnstat_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <regex>

#include "unit/core/book.h"
#include "unit/history_sink.h"

namespace taara {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kMidnight = 1'755'723'600;  // of 21 August 2025 in Nairobi
const Time now_then = utc(2025, 9, 1);

std::string fixture(const std::string& name) {
  std::ifstream in(std::string(TAARA_SOURCE_DIR) + "/tests/fixtures/history/" + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Read {
  KeptHistory kept;
  std::vector<std::string> notes;
  [[nodiscard]] std::size_t count(std::string_view table) const {
    std::size_t found = 0;
    for (const HistoryTable* known : kept.tables) found += known->name == table ? 1U : 0U;
    return found;
  }
  [[nodiscard]] std::string problem() const { return kept.problems.empty() ? "none" : kept.problems.front(); }
};

Read read(const std::string& text, const std::optional<std::string>& interface = {},
          const Household& household = book::home()) {
  Read result;
  result.notes = read_vnstat(text, interface, {household, now_then, result.kept});
  return result;
}

std::string document(const std::string& interfaces, const std::string& version = "2") {
  return R"({"vnstatversion":"2.12","jsonversion":")" + version + R"(","interfaces":[)" + interfaces + "]}";
}

std::string with_hour(const std::string& entry) {
  return document(R"({"name":"eth0","traffic":{"hour":[)" + entry + "]}}");
}

TEST(VnstatJson, HoursAndDaysOfTheInterfaceComeInReceivedAndSentTogether) {
  for (const auto* file : {"vnstat-2.12.json", "vnstat-2.6.json"}) {
    const auto found = read(fixture(file));
    EXPECT_THAT(found.kept.problems, IsEmpty()) << file;
    EXPECT_EQ(found.count("hours"), 29U) << file;  // the newest is still being counted
    EXPECT_EQ(found.count("days"), 2U) << file;    // so is the newest day, and the first was begun in its midst
    EXPECT_THAT(found.kept.rows,
                testing::Contains("0 hours starts=" + std::to_string(kMidnight + 7200) + " used=2001000"));
    EXPECT_THAT(found.kept.rows, testing::Contains("0 days date=2025-08-21 starts=" + std::to_string(kMidnight) +
                                                   " ends=" + std::to_string(kMidnight + 86'400) + " used=24012002"));
    EXPECT_THAT(found.notes, ElementsAre(HasSubstr("3 intervals were left out"))) << file;
  }
}

TEST(VnstatJson, ATimestampCountsBeforeTheLocalClockOfTheMachine) {
  // A router whose clock shows UTC: its days are not the household's, its hours are.
  const auto found = read(fixture("vnstat-2.12.json"), {}, book::home("Europe/London"));
  EXPECT_THAT(found.kept.problems, IsEmpty());
  EXPECT_EQ(found.count("hours"), 29U);
  EXPECT_THAT(found.notes, testing::Contains(HasSubstr("days are made from its hours only")));
  EXPECT_EQ(found.count("days"), 1U);
}

TEST(VnstatJson, FiveMinutesMakeHoursWhereThereAreNone) {
  std::string parts;
  for (int i = 0; i < 30; ++i) {
    parts += (i > 0 ? "," : "") + std::string(R"({"date":{"year":2025,"month":8,"day":21},"time":{"hour":)") +
             std::to_string(i / 12) + R"(,"minute":)" + std::to_string(i % 12 * 5) + R"(},"rx":10,"tx":1})";
  }
  const auto found = read(document(R"({"name":"eth0","traffic":{"fiveminute":[)" + parts + "]}}"));
  EXPECT_THAT(found.kept.problems, IsEmpty());
  EXPECT_THAT(found.kept.rows, ElementsAre("0 hours starts=" + std::to_string(kMidnight) + " used=132",
                                           "0 hours starts=" + std::to_string(kMidnight + 3600) + " used=132"));
}

TEST(VnstatJson, AnHourThatTheClockShowsTwiceIsLeftOutAndOneThatItSkipsIsRefused) {
  const auto berlin = book::home("Europe/Berlin");
  const auto hour = [](int month, int day, int hour_of_day) {
    return with_hour(R"({"date":{"year":2025,"month":)" + std::to_string(month) + R"(,"day":)" + std::to_string(day) +
                     R"(},"time":{"hour":)" + std::to_string(hour_of_day) + R"(,"minute":0},"rx":1,"tx":1})");
  };
  const Household household = berlin;
  KeptHistory kept;
  const UsageTarget later{household, utc(2026, 1, 1), kept};
  EXPECT_THAT(read_vnstat(hour(10, 26, 2), {}, later), ElementsAre(HasSubstr("showed their hour twice")));
  EXPECT_THAT(kept.rows, IsEmpty());
  EXPECT_THAT(kept.problems, IsEmpty());
  EXPECT_THAT(read(hour(3, 30, 2), {}, berlin).problem(), HasSubstr("skipped"));
}

TEST(VnstatJson, TheInterfaceIsChosen) {
  const std::string two = document(R"({"name":"eth0","traffic":{}},{"name":"wlan0","traffic":{}})");
  EXPECT_THAT(read(two).problem(), HasSubstr("several interfaces: \"eth0\", \"wlan0\"; say which with --series"));
  EXPECT_EQ(read(two, "wlan0").problem(), "none");
  EXPECT_THAT(read(two, "eth1").problem(), HasSubstr("no interface \"eth1\"; there are \"eth0\""));
}

TEST(VnstatJson, WhatIsWrongIsSaidWithItsPlace) {
  EXPECT_THAT(read("{").problem(), HasSubstr("ends too early"));
  EXPECT_THAT(read("[]").problem(), HasSubstr("jsonversion"));
  EXPECT_THAT(read(document("{}", "1")).problem(), HasSubstr("jsonversion is \"1\"; needed: \"2\""));
  EXPECT_THAT(read(document("")).problem(), HasSubstr("no interfaces"));
  EXPECT_THAT(read(document("{\"name\":\"eth0\"}")).problem(), HasSubstr("interfaces[0] has no traffic"));
  const auto entry = [](const std::string& date, const std::string& amounts) {
    return with_hour("{" + date + "," + amounts + "}");
  };
  const std::string good = R"("date":{"year":2025,"month":8,"day":21},"time":{"hour":3,"minute":0})";
  EXPECT_EQ(read(entry(good, R"("rx":1,"tx":1)")).problem(), "none");
  EXPECT_THAT(read(entry(good, R"("rx":-1,"tx":1)")).problem(),
              AllOf(HasSubstr("interfaces[0].traffic.hour[0]"), HasSubstr("negative")));
  EXPECT_THAT(read(entry(good, R"("rx":1.5,"tx":1)")).problem(), HasSubstr("whole numbers"));
  EXPECT_THAT(read(entry(good, R"("rx":"1","tx":1)")).problem(), HasSubstr("whole numbers"));
  EXPECT_THAT(read(entry(good, R"("rx":18446744073709551615,"tx":1)")).problem(), HasSubstr("whole numbers"));
  EXPECT_THAT(read(entry(good, R"("rx":9223372036854775807,"tx":9223372036854775807)")).problem(),
              HasSubstr("more bytes than any line carries"));
  EXPECT_THAT(read(entry(R"("date":{"year":2025,"month":2,"day":30},"time":{"hour":3,"minute":0})", R"("rx":1,"tx":1)"))
                  .problem(),
              HasSubstr("no date and time"));
  EXPECT_THAT(
      read(entry(R"("date":{"year":2025,"month":8,"day":21},"time":{"hour":3,"minute":30})", R"("rx":1,"tx":1)"))
          .problem(),
      HasSubstr("hour[0]: 2025-08-21T03:30:00+03:00 is not the start of an hour"));
  EXPECT_THAT(read(entry(R"("date":{"year":2026,"month":8,"day":21},"time":{"hour":3,"minute":0})", R"("rx":1,"tx":1)"))
                  .problem(),
              HasSubstr("future"));
}

TEST(VnstatJson, MutatedFilesNeverCrash) {
  std::mt19937 random(11);
  const std::string whole = fixture("vnstat-2.6.json");
  for (int round = 0; round < 500; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i <= random() % 4; ++i) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = static_cast<char>(random());
      else
        text.insert(at, 1, "{}[]\",:09-"[random() % 10]);
    }
    (void)read(text);
  }
}

}  // namespace
}  // namespace taara
