// SPDX-License-Identifier: Apache-2.0
// What the monitor has learned of a household: its days, its hours, how wrong its own forecasts were. Everything that
// the forecast needs and that must survive a restart, in less than 8 kB whatever the history. Pure: the same days and
// hours, in order, give the same habits.
#pragma once

#include <vector>

#include "core/hour_habit.h"
#include "core/ledger.h"
#include "core/spread.h"
#include "core/track_record.h"

namespace taara {

inline constexpr std::size_t kDaysLearned = 400;
inline constexpr double kKnownShare = 0.75;  // of a day that readings must cover for it to be a known one

struct Habits {
  std::optional<date::local_days> newest;  // last finished day
  std::vector<float> days;                 // up to `newest`, at most kDaysLearned, kUnknownDay where unknown
  OwnErrors errors;
  HourHabits hours;
  std::optional<Time> hours_until;  // hours that began before this are learned or given up
  TrackRecord record;
  Level level;  // follows from `days`
};

// A local day has ended. Days must come in order; the ones skipped are unknown, one that came before is ignored.
// `used` is absent where it isn't known.
void learn_day(Habits& habits, date::local_days date, std::optional<Bytes> used);

// Forgets what was learned after `date`: a clock ran ahead.
void forget_days_after(Habits& habits, date::local_days date);

// Derives what follows from the rest; for habits that come from the store.
void settle(Habits& habits);

}  // namespace taara
