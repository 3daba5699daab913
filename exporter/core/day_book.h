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

struct BudgetTurn {
  Time now;
  std::optional<Bytes> remaining;
  bool first_day = false;  // nothing is known of the day before this reading
  bool opened = false;     // this reading is the day's first
  bool renewed = false;    // a new cycle began
  Bytes top_up;
};

// Today's budget: fixed for the day, except that a renewal begins a new one for its rest and a top-up adds its share.
void set_budget(LedgerState& state, const date::time_zone& zone, const BudgetTurn& turn);

// Forgets hours and days later than `now`: they were written by a clock that ran ahead.
void forget_future(LedgerState& state, Time now);

}  // namespace taara
