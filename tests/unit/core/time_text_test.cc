// SPDX-License-Identifier: Apache-2.0
#include "core/time_text.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

using date::sys_days;
using namespace std::chrono_literals;
constexpr auto kDay = sys_days{date::year{2025} / 8 / 21};

Time at(std::string_view text, const date::time_zone* zone = nullptr) {
  const auto parsed = parse_iso_time(text, zone);
  return parsed ? parsed->time : Time{seconds{-1}};
}

TEST(TimeText, ReadsIsoTimesWithAndWithoutFractionZoneAndTime) {
  EXPECT_EQ(at("2025-08-21"), kDay);
  EXPECT_EQ(at("2025-08-21T09:12:33Z"), kDay + 9h + 12min + 33s);
  EXPECT_EQ(at("2025-08-21 09:12:33"), kDay + 9h + 12min + 33s);
  EXPECT_EQ(at("2025-08-21T09:12:33.123456789Z"), kDay + 9h + 12min + 33s);
  EXPECT_EQ(at("2025-08-21T09:12+03:00"), kDay + 6h + 12min);
  EXPECT_EQ(at("2025-08-21T09:12:33-0330"), kDay + 12h + 42min + 33s);
  EXPECT_EQ(parse_iso_time("2025-08-21", nullptr)->resolution, 24h);
  EXPECT_EQ(parse_iso_time("2025-08-21T09:12", nullptr)->resolution, 60s);
  EXPECT_EQ(parse_iso_time("2025-08-21T09:12:33", nullptr)->resolution, 1s);
}

TEST(TimeText, WhatNamesNoZoneIsTheHouseholdsTime) {
  const auto* nairobi = date::locate_zone("Africa/Nairobi");
  EXPECT_EQ(at("2025-08-21", nairobi), kDay - 3h);
  EXPECT_EQ(at("2025-08-21T09:12:33", nairobi), kDay + 6h + 12min + 33s);
  EXPECT_EQ(at("2025-08-21T09:12:33Z", nairobi), kDay + 9h + 12min + 33s);
  // A local time that the spring change skips, and one that the autumn change repeats.
  const auto* berlin = date::locate_zone("Europe/Berlin");
  EXPECT_EQ(at("2025-03-30T02:30", berlin), sys_days{date::year{2025} / 3 / 30} + 1h);
  EXPECT_EQ(at("2025-10-26T02:30", berlin), sys_days{date::year{2025} / 10 / 26} + 30min);
}

TEST(TimeText, WhatIsNotUnderstoodWholeIsNothing) {
  for (const auto* text : {"",
                           "2025",
                           "2025-08",
                           "2025-8-21",
                           "2025-02-30",
                           "2025-13-01",
                           "1969-12-31",
                           "2200-01-01",
                           "2025-08-21T",
                           "2025-08-21T9:12",
                           "2025-08-21T24:00:00Z",
                           "2025-08-21T09:60:00Z",
                           "2025-08-21T09:12:61Z",
                           "2025-08-21T09:12:33.Z",
                           "2025-08-21T09:12:33.1234567890Z",
                           "2025-08-21T09:12:33 Z",
                           "2025-08-21T09:12:33+3",
                           "2025-08-21T09:12:33+03:0",
                           "2025-08-21T09:12:33+03:00x",
                           "2025-08-21Z",
                           "08/21/2025",
                           "x2025-08-21"})
    EXPECT_FALSE(parse_iso_time(text, nullptr)) << text;
}

TEST(TimeText, ReadsTheHistoryDate) {
  EXPECT_EQ(parse_us_date("08/21/2025"), date::year{2025} / 8 / 21);
  for (const auto* text : {"", "8/21/2025", "21/08/2025", "08/21/25", "08/21/2025 ", "08-21-2025"})
    EXPECT_FALSE(parse_us_date(text)) << text;
}

TEST(TimeText, ReadsSpans) {
  EXPECT_EQ(parse_span("27 days")->span, 27 * 24h);
  EXPECT_EQ(parse_span("1 day")->span, 24h);
  EXPECT_EQ(parse_span("0 days")->span, 0h);
  EXPECT_EQ(parse_span("0 days")->resolution, 24h);
  EXPECT_EQ(parse_span("3 hours")->span, 3h);
  EXPECT_EQ(parse_span("1 hour")->resolution, 1h);
  for (const auto* text : {"", "days", " days", "-1 days", "27", "27days", "27  days", "27 Days", "27 days ",
                           "1.5 days", "4000 days", "99999 days", "2 weeks", "soon", "27 days left"})
    EXPECT_FALSE(parse_span(text)) << text;
}

TEST(IsoText, ReadsBackAsTheSameMomentInEveryZone) {
  for (const auto* name : {"Africa/Nairobi", "Asia/Kathmandu", "America/St_Johns", "Europe/Berlin", "Etc/UTC"}) {
    const auto* const zone = date::locate_zone(name);
    for (std::int64_t at = 86'400; at < 7'000'000'000; at += 8'640'007) {
      const std::string text = iso_text(*zone, Time{seconds{at}});
      const auto back = parse_iso_time(text, nullptr);
      ASSERT_TRUE(back) << text;
      EXPECT_EQ(back->time, Time{seconds{at}}) << text;
    }
  }
  EXPECT_EQ(iso_text(*date::locate_zone("Africa/Nairobi"), Time{seconds{1'755'756'753}}), "2025-08-21T09:12:33+03:00");
  EXPECT_EQ(iso_text(*date::locate_zone("America/St_Johns"), Time{seconds{1'755'756'753}}),
            "2025-08-21T03:42:33-02:30");
}

}  // namespace
}  // namespace taara
