// SPDX-License-Identifier: Apache-2.0
#include "io/store_habits.h"

#include <gtest/gtest.h>

#include <random>

#include "unit/core/snapshot_fixture.h"

namespace taara {
namespace {

Habits full() {
  Habits habits = fixture_habits(date::local_days{date::year{2026} / 3 / 10}, fixture_now());
  habits.hours_until = fixture_now();
  habits.record.today = Predictive{.p10 = 1, .p50 = 2, .p90 = 3};
  note_cycle_forecast(habits.record, fixture_now(), {.p10 = 10, .p50 = 20, .p90 = 30});
  learn_day(habits, *habits.newest + date::days{3}, std::nullopt);
  return habits;
}

TEST(StoreHabits, ComeBackToTheLastBit) {
  for (const Habits& habits : {Habits{}, full()}) {
    const std::string bytes = habits_bytes(habits);
    const auto back = read_habits(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(habits_bytes(*back), bytes);
    EXPECT_EQ(back->level.mean, habits.level.mean);
    EXPECT_EQ(back->newest, habits.newest);
    EXPECT_LT(bytes.size(), 6000U);
  }
}

TEST(StoreHabits, EveryTruncationAndTheWrongLayoutAreRefused) {
  std::string bytes = habits_bytes(full());
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(read_habits(bytes.substr(0, size))) << size;
  EXPECT_FALSE(read_habits(bytes + "x"));
  bytes[0] = 2;
  EXPECT_FALSE(read_habits(bytes));
}

TEST(StoreHabits, FlippedBitsNeverCrashAndNeverGiveNonsense) {
  const std::string good = habits_bytes(full());
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = good;
    for (int flips = 0; flips <= i % 3; ++flips) {
      char& byte = bytes[random() % bytes.size()];
      byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << random() % 8));
    }
    const auto habits = read_habits(bytes);
    if (!habits) continue;
    const Predictive band = predict(habits->level, habits->errors, 10, 10, habits->record.widening);
    EXPECT_LE(band.p10, band.p50);
    EXPECT_LE(band.p50, band.p90);
  }
}

}  // namespace
}  // namespace taara
