// SPDX-License-Identifier: Apache-2.0
#include "core/iso_time.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/time_text.h"

namespace taara {
namespace {

using namespace date::literals;

TEST(IsoTime, OnTheHouseholdsClock) {
  const Time time = date::sys_days(2026_y / 11 / 21) + std::chrono::hours(22) + seconds(61);
  EXPECT_EQ(iso_time(time, date::locate_zone("Africa/Nairobi")), "2026-11-22T01:01:01+03:00");
  EXPECT_EQ(iso_time(time, date::locate_zone("America/St_Johns")), "2026-11-21T18:31:01-03:30");
  EXPECT_EQ(iso_time(time, nullptr), "2026-11-21T22:01:01Z");
}

TEST(IsoTime, TellsTheTwoPassesOfARepeatedHourApart) {
  const auto* berlin = date::locate_zone("Europe/Berlin");
  const Time first = date::sys_days(2026_y / 10 / 25) + std::chrono::minutes(30);
  EXPECT_EQ(iso_time(first, berlin), "2026-10-25T02:30:00+02:00");
  EXPECT_EQ(iso_time(first + std::chrono::hours(1), berlin), "2026-10-25T02:30:00+01:00");
}

TEST(IsoTime, WhatNoClockShowsIsNothing) {
  EXPECT_EQ(iso_time(Time(seconds(-1)), nullptr), std::nullopt);
  EXPECT_EQ(iso_time(Time(seconds(7'258'118'400)), nullptr), std::nullopt);
  EXPECT_EQ(iso_time(Time(seconds(std::numeric_limits<std::int64_t>::max())), nullptr), std::nullopt);
  EXPECT_EQ(iso_time(Time::min(), date::locate_zone("Africa/Nairobi")), std::nullopt);
}

TEST(IsoTime, AnOffsetWithSecondsIsWrittenAsUtc) {
  EXPECT_EQ(iso_time(Time(seconds(86'400)), date::locate_zone("Africa/Monrovia")), "1970-01-02T00:00:00Z");
}

TEST(IsoTime, IsReadBackAsTheSameMoment) {
  for (const char* name : {"Africa/Nairobi", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Africa/Monrovia"}) {
    const auto* zone = date::locate_zone(name);
    for (std::int64_t at = 86'400; at < 7'258'118'400; at += 9'876'543) {
      const auto text = iso_time(Time(seconds(at)), zone);
      ASSERT_TRUE(text);
      const auto read = parse_iso_time(*text, nullptr);
      ASSERT_TRUE(read) << *text;
      EXPECT_EQ(read->time, Time(seconds(at))) << *text;
    }
  }
}

}  // namespace
}  // namespace taara
