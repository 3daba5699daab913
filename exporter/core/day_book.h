// SPDX-License-Identifier: Apache-2.0
// The part of the book that has to do with local time: spreads use over hours and days, closes days, sets budgets.
#pragma once

#include "core/ledger.h"

namespace taara {

inline constexpr std::chrono::hours kBridgedGap{6};     // a longer gap between readings isn't covered by them
inline constexpr std::chrono::days kLongestSpread{62};  // use is never spread over more than the longest cycle
inline constexpr std::chrono::days kHoursKept{8};
inline constexpr std::size_t kDaysKept = 8;

struct Spread {
  Time since;    // the last reading: days are covered from here
  Time from;     // the use began here, not before `since`
  Time until;    // this reading
  Bytes amount;  // evenly over [from, until]
};

// Moves the book on to `until`: hours and days get their shares, days that are over are closed. True when a new day
// began.
bool advance(LedgerState& state, LedgerChange& change, const date::time_zone& zone, const Spread& spread);

// What may be used from `from` to the end of the day, so that every day to the cycle's end may use as much.
// Absent when the cycle's end isn't known or has passed.
[[nodiscard]] std::optional<Bytes> share_of_day(const date::time_zone& zone, const Day& day, const Cycle& cycle,
                                                Bytes remaining, Time from);

// Forgets hours and days later than `now`: they were written by a clock that ran ahead.
void forget_future(LedgerState& state, Time now);

}  // namespace taara
