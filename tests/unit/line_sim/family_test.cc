// SPDX-License-Identifier: Apache-2.0
#include "line_sim/family.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "line_sim/plan.h"

namespace taara::line_sim {
namespace {

constexpr Time kStart{std::chrono::days{20'454}};  // 2026-01-01
using std::chrono::days;
using std::chrono::hours;

std::vector<double> daily_gigabytes(const Family& family, int count) {
  std::vector<double> out;
  for (int day = 0; day < count; ++day) {
    const Time midnight = kStart - kLocalOffset + days{day};
    out.push_back(static_cast<double>(family.bytes_between(midnight, midnight + days{1})) / 1e9);
  }
  return out;
}

TEST(Family, SameSeedHouseholdAndTimeGiveTheSameUse) {
  EXPECT_EQ(Family(7, 3).bytes_between(kStart, kStart + days{40}),
            Family(7, 3).bytes_between(kStart, kStart + days{40}));
  EXPECT_NE(Family(7, 3).bytes_between(kStart, kStart + days{40}),
            Family(7, 4).bytes_between(kStart, kStart + days{40}));
  EXPECT_NE(Family(7, 3).bytes_between(kStart, kStart + days{40}),
            Family(8, 3).bytes_between(kStart, kStart + days{40}));
}

TEST(Family, PartsOfASpanAddUpToTheSpan) {
  const Family family(1, 1);
  const Time end = kStart + hours{30};
  std::int64_t sum = 0;
  for (Time at = kStart; at < end; at += seconds{517}) {
    const std::int64_t part = family.bytes_between(at, std::min(end, at + seconds{517}));
    EXPECT_GE(part, 0);
    sum += part;
  }
  EXPECT_EQ(sum, family.bytes_between(kStart, end));
}

TEST(Family, UseFlowsEvenlyWithinTheHour) {
  const Family family(1, 1);
  const auto first = family.bytes_between(kStart, kStart + seconds{1800});
  const auto second = family.bytes_between(kStart + seconds{1800}, kStart + seconds{3600});
  EXPECT_NEAR(static_cast<double>(first), static_cast<double>(second), 1.0);
}

TEST(Family, MonthlyTotalsAreThoseOfABigFamily) {
  double sum = 0;
  int usual = 0;
  constexpr int kHouseholds = 30;
  for (unsigned household = 1; household <= kHouseholds; ++household) {
    const Family family(1, household);
    for (int month = 0; month < 12; ++month) {
      const Time start = kStart + days{30 * month};
      const double gigabytes = static_cast<double>(family.bytes_between(start, start + days{30})) / 1e9;
      EXPECT_GT(gigabytes, 400);
      EXPECT_LT(gigabytes, 1300);
      usual += static_cast<int>(gigabytes >= 600 && gigabytes <= 1100);
      sum += gigabytes;
    }
  }
  EXPECT_GT(usual, kHouseholds * 12 * 9 / 10);
  EXPECT_NEAR(sum / (kHouseholds * 12), 830, 60);
}

TEST(Family, EveningsArePeaksAndNightsAreQuiet) {
  for (unsigned household = 1; household <= 5; ++household) {
    const Family family(1, household);
    std::int64_t evening = 0;
    std::int64_t night = 0;
    for (int day = 0; day < 60; ++day) {
      const Time midnight = kStart - kLocalOffset + days{day};
      evening += family.bytes_between(midnight + hours{19}, midnight + hours{23});
      night += family.bytes_between(midnight + hours{2}, midnight + hours{6});
    }
    EXPECT_GT(evening, 4 * night);
  }
}

TEST(Family, AYearHasAFreakDayAndAHolidayWeek) {
  const std::vector<double> use = daily_gigabytes(Family(1, 1), 365);
  std::vector<double> sorted = use;
  std::sort(sorted.begin(), sorted.end());
  const double median = sorted.at(sorted.size() / 2);
  EXPECT_GT(sorted.back(), 2.2 * median);
  int quiet = 0;
  int longest = 0;
  for (const double day : use) {
    quiet = day < 0.5 * median ? quiet + 1 : 0;
    longest = std::max(longest, quiet);
  }
  EXPECT_GE(longest, 6);  // a week that may lie across the end of the year
}

TEST(Family, NoHourCarriesMoreThanTheLineCan) {
  const Family family(1, 2);
  for (int hour = 0; hour < 365 * 24; ++hour) {
    const Time at = kStart + hours{hour};
    EXPECT_LE(family.bytes_between(at, at + hours{1}), kLineBytesPerSecond * 3600);
  }
}

}  // namespace
}  // namespace taara::line_sim
