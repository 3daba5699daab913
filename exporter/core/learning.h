// SPDX-License-Identifier: Apache-2.0
// How habits grow while the daemon runs: from the account book, after each reading.
#pragma once

#include "core/habits.h"

namespace taara {

// A reading has entered the book: finished hours, days and a cycle that it closed are learned. `previous` is the
// reading before it. False: nothing changed.
bool learn(Habits& habits, const LedgerState& book, const LedgerChange& change, std::optional<Time> previous,
           const Household& household);

}  // namespace taara
