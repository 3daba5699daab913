// SPDX-License-Identifier: Apache-2.0
#include "core/usage_steps.h"

#include <gtest/gtest.h>

#include "core/calendar.h"

namespace taara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const date::time_zone& nairobi() { return *date::locate_zone("Africa/Nairobi"); }
constexpr Time kMidnight{seconds{1'759'266'000}};  // 1 October 2025 in Nairobi

std::vector<Time> at(std::initializer_list<seconds> offsets) {
  std::vector<Time> starts;
  for (const seconds offset : offsets) starts.push_back(kMidnight + offset);
  return starts;
}

std::vector<std::int64_t> lengths(const std::vector<Time>& starts, const std::vector<Time>& ends) {
  std::vector<std::int64_t> minutes_long;
  for (std::size_t i = 0; i < ends.size(); ++i) minutes_long.push_back((ends[i] - starts[i]).count() / 60);
  return minutes_long;
}

std::vector<std::int64_t> lengths(std::initializer_list<seconds> offsets) {
  const auto starts = at(offsets);
  return lengths(starts, ends_of(starts, nairobi()));
}

using Minutes = std::vector<std::int64_t>;

TEST(UsageSteps, NeighboursTellTheStep) {
  EXPECT_EQ(lengths({hours{0}, hours{1}, hours{2}}), (Minutes{60, 60, 60}));
  EXPECT_EQ(lengths({hours{0}, hours{24}, hours{48}}), (Minutes{1440, 1440, 1440}));
  EXPECT_EQ(lengths({minutes{0}, minutes{10}, minutes{20}}), (Minutes{10, 10, 10}));
  EXPECT_EQ(lengths({hours{0}, hours{6}, hours{12}, hours{24}}), (Minutes{360, 360, 360, 360}));
}

TEST(UsageSteps, ARowBeforeAGapLastsAsLongAsItsNeighbours) {
  EXPECT_EQ(lengths({hours{0}, hours{1}, hours{2}, hours{7}, hours{9}, hours{10}}), (Minutes{60, 60, 60, 60, 60, 60}));
  // A gap of a day in hours is no day, a gap of two days in days no longer day, and a gap of two hours no step.
  EXPECT_EQ(lengths({hours{0}, hours{1}, hours{2}, hours{26}, hours{27}, hours{28}}),
            (Minutes{60, 60, 60, 60, 60, 60}));
  EXPECT_EQ(lengths({hours{0}, hours{24}, hours{48}, hours{96}}), (Minutes{1440, 1440, 1440, 1440}));
  EXPECT_EQ(lengths({hours{0}, hours{1}, hours{2}, hours{4}, hours{6}, hours{7}}), (Minutes{60, 60, 60, 60, 60, 60}));
}

TEST(UsageSteps, HoursAndDaysMayFollowEachOther) {
  EXPECT_EQ(lengths({hours{0}, hours{24}, hours{48}, hours{72}, hours{73}, hours{74}}),
            (Minutes{1440, 1440, 1440, 60, 60, 60}));
  EXPECT_EQ(lengths({hours{22}, hours{23}, hours{24}, hours{48}, hours{72}}), (Minutes{60, 60, 1440, 1440, 1440}));
}

TEST(UsageSteps, FewRowsLastAsLongAsFits) {
  EXPECT_EQ(lengths({hours{0}}), (Minutes{1440}));  // begins with a local day
  EXPECT_EQ(lengths({hours{3}}), (Minutes{60}));
  EXPECT_EQ(lengths({hours{3}, hours{8}}), (Minutes{60, 60}));
  EXPECT_EQ(lengths({hours{3}, hours{27}}), (Minutes{1440, 1440}));
  EXPECT_EQ(lengths({hours{3}, hours{51}}), (Minutes{1440, 1440}));
  EXPECT_EQ(lengths({minutes{3}, minutes{10}}), (Minutes{7, 7}));
  EXPECT_TRUE(ends_of({}, nairobi()).empty());
}

TEST(UsageSteps, DaysHave23To25Hours) {
  const auto& berlin = *date::locate_zone("Europe/Berlin");
  std::vector<Time> starts;
  for (Time day = local_day(berlin, Time{seconds{1'743'000'000}}).start; starts.size() < 250;
       day = local_day(berlin, day).end)
    starts.push_back(day);
  const auto ends = ends_of(starts, berlin);
  for (std::size_t i = 0; i < starts.size(); ++i) EXPECT_EQ(ends[i], local_day(berlin, starts[i]).end);
  // The night of the change is the last one.
  for (std::size_t count = 1; count < starts.size(); ++count)
    EXPECT_EQ(ends_of(std::span(starts).first(count), berlin).back(), ends[count - 1]);
}

TEST(UsageSteps, OnlyRowsThatAreOverCount) {
  const auto starts = at({hours{0}, hours{1}, hours{2}, hours{3}});
  EXPECT_EQ(ends_by(starts, nairobi(), kMidnight + hours{3}).size(), 3U);
  EXPECT_EQ(ends_by(starts, nairobi(), kMidnight + hours{3} - seconds{1}).size(), 2U);
  EXPECT_EQ(ends_by(starts, nairobi(), kMidnight + hours{9}).size(), 4U);
  EXPECT_TRUE(ends_by(starts, nairobi(), kMidnight).empty());
  const auto days = at({hours{0}, hours{24}});
  EXPECT_EQ(ends_by(days, nairobi(), kMidnight + hours{30}), std::vector<Time>{kMidnight + hours{24}});
}

// What begins or ends later may be anything at all.
TEST(UsageSteps, NothingLaterHasAPartInThem) {
  std::uint64_t random = 1;
  const auto draw = [&](std::uint64_t most) {
    random = random * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return static_cast<std::int64_t>((random >> 33U) % most);
  };
  for (int round = 0; round < 300; ++round) {
    const seconds step =
        std::array<seconds, 4>{minutes{10}, hours{1}, hours{24}, hours{6}}.at(static_cast<std::size_t>(draw(4)));
    std::vector<Time> starts{kMidnight};
    for (std::int64_t rows = 3 + draw(60); rows > 0; --rows)
      starts.push_back(starts.back() + step * (starts.size() > 3 && draw(7) == 0 ? 1 + draw(4) : 1));
    const Time until =
        kMidnight + seconds{draw(static_cast<std::uint64_t>((starts.back() - kMidnight).count()) + 9999)};
    const auto known = ends_by(starts, nairobi(), until);
    starts.resize(known.size());
    EXPECT_EQ(ends_by(starts, nairobi(), until), known);
    while (draw(4) != 0)
      starts.push_back((starts.empty() ? until : std::max(until, starts.back())) + seconds{1 + draw(9999)});
    EXPECT_EQ(ends_by(starts, nairobi(), until), known);
  }
}

TEST(UsageSteps, WhateverTheDistancesNoRowReachesIntoTheNext) {
  std::uint64_t random = 5;
  for (int round = 0; round < 200; ++round) {
    std::vector<Time> starts{kMidnight};
    for (int row = 0; row < 40; ++row) {
      random = random * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
      constexpr std::array<std::int64_t, 8> kDistances{1, 2, 600, 3600, 3600, 86'400, 90'000, 400'000};
      starts.push_back(starts.back() + seconds{kDistances.at((random >> 40U) % kDistances.size())});
    }
    const auto ends = ends_of(starts, nairobi());
    ASSERT_EQ(ends.size(), starts.size());
    for (std::size_t i = 0; i < starts.size(); ++i) {
      EXPECT_GT(ends[i], starts[i]);
      EXPECT_LE(ends[i] - starts[i], hours{25});
      if (i + 1 < starts.size()) {
        EXPECT_LE(ends[i], starts[i + 1]);
      }
    }
  }
}

}  // namespace
}  // namespace taara
