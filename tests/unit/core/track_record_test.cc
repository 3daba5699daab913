// SPDX-License-Identifier: Apache-2.0
#include "core/track_record.h"

#include <gtest/gtest.h>

#include "unit/core/moments.h"

namespace taara {
namespace {

constexpr Predictive kBand{.p10 = 10, .p50 = 15, .p90 = 20};

TEST(TrackRecord, CoverageIsTheShareOfDaysWithinTheirBand) {
  TrackRecord record;
  score_day(record, 12, kBand);  // nothing was forecast for the first day
  EXPECT_FALSE(record.coverage_ratio());
  for (int i = 0; i < 9; ++i) score_day(record, 12, kBand);
  EXPECT_FALSE(record.coverage_ratio());
  score_day(record, 25, kBand);
  ASSERT_TRUE(record.coverage_ratio());
  EXPECT_DOUBLE_EQ(*record.coverage_ratio(), 0.9);
}

TEST(TrackRecord, AnUnknownDayIsNotScored) {
  TrackRecord record;
  score_day(record, std::nullopt, kBand);
  score_day(record, std::nullopt, kBand);
  EXPECT_EQ(record.days, 0U);
}

TEST(TrackRecord, OnlyTheLastSixtyDaysCount) {
  TrackRecord record;
  record.today = kBand;
  for (int i = 0; i < 100; ++i) score_day(record, 99, kBand);
  for (int i = 0; i < 60; ++i) score_day(record, 15, kBand);
  EXPECT_DOUBLE_EQ(*record.coverage_ratio(), 1);
}

TEST(TrackRecord, BandsWidenWhileCoverageIsLowAndComeBack) {
  TrackRecord record;
  record.today = kBand;
  for (int i = 0; i < 30; ++i) score_day(record, i % 2 == 0 ? 15 : 99, kBand);
  EXPECT_GT(record.widening, 1.5);
  const double widest = record.widening;
  for (int i = 0; i < 200; ++i) score_day(record, 15, kBand);
  EXPECT_LT(record.widening, widest);
  EXPECT_EQ(record.widening, 1);
  for (int i = 0; i < 2000; ++i) score_day(record, 99, kBand);
  EXPECT_LE(record.widening, 3);
}

TEST(TrackRecord, AFinishedCycleIsScoredAgainstEveryDaysForecast) {
  TrackRecord record;
  const Time start = utc(2025, 9, 1);
  for (int day = 0; day < 30; ++day)
    note_cycle_forecast(record, start, {.p10 = 900, .p50 = day < 15 ? 1100.0 : 1000.0, .p90 = 1050});
  score_cycle(record, start, 1000);
  ASSERT_EQ(record.cycles.size(), 1U);
  EXPECT_NEAR(*record.error_ratio(), 0.05, 1e-6);
  EXPECT_DOUBLE_EQ(*record.coverage_ratio(), 1);
  score_cycle(record, start, 1000);
  EXPECT_EQ(record.cycles.size(), 1U);  // once
}

TEST(TrackRecord, AStartThatJittersIsTheSameCycleAndAnotherMonthIsNot) {
  TrackRecord record;
  note_cycle_forecast(record, utc(2025, 9, 1), kBand);
  note_cycle_forecast(record, utc(2025, 9, 1, 20), kBand);
  EXPECT_EQ(record.forecasts.size(), 2U);
  note_cycle_forecast(record, utc(2025, 10, 1), kBand);
  EXPECT_EQ(record.forecasts.size(), 1U);
  score_cycle(record, utc(2025, 9, 1), 15);
  EXPECT_TRUE(record.cycles.empty());
}

TEST(TrackRecord, StaysSmall) {
  TrackRecord record;
  for (int cycle = 0; cycle < 40; ++cycle) {
    const Time start = utc(2025, 1, 1) + date::days{30 * cycle};
    for (int day = 0; day < 200; ++day) note_cycle_forecast(record, start, kBand);
    EXPECT_LE(record.forecasts.size(), 62U);
    score_cycle(record, start, 15);
  }
  EXPECT_LE(record.cycles.size(), 12U);
}

}  // namespace
}  // namespace taara
