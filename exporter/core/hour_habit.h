// SPDX-License-Identifier: Apache-2.0
// What each hour of the day and of the week usually uses, and whether the last hour was unlike it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/bytes.h"
#include "core/course.h"

namespace taara {

inline constexpr std::size_t kWeeksOfHours = 6;

// The last values of one hour of the week, in MB, newest first.
struct HourOfWeek {
  std::array<std::uint16_t, kWeeksOfHours> megabytes{};
  std::uint8_t count = 0;
};

struct UnusualUse {  // of one finished hour
  Time end;
  Bytes used;
  std::optional<Bytes> usual;   // absent until this hour of the day is known from a few days
  std::optional<double> score;  // robust standard scores above the usual; negative below
};

struct HourHabits {
  std::array<float, 24> means{};  // bytes, newer days weigh more
  std::array<std::uint16_t, 24> counts{};
  std::array<HourOfWeek, 168> week{};  // [weekday * 24 + hour], Sunday first
  std::optional<UnusualUse> last;
};

// Takes a finished hour into the habits, after it was compared with them.
void learn_hour(HourHabits& habits, unsigned weekday, unsigned hour, Time end, Bytes used);

// Shares of the day; even while little is known.
[[nodiscard]] HourHabit hour_shares(const HourHabits& habits);

}  // namespace taara
