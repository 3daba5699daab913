// SPDX-License-Identifier: Apache-2.0
// What a change of the meter means: use, a refund, a top-up, a reset, a renewal, or something that must be seen again
// before anybody believes it. Pure judgement; core/ledger.cc acts on it. docs/engineer/meaning.md has the rules in
// words.
#pragma once

#include <string_view>

#include "core/ledger.h"

namespace taara {

enum class Meaning {
  use,      // the cycle goes on; `level` is its use now (a jitter when that is a little lower)
  refund,   // the same, with a lower level that counts
  reset,    // the meter lost count, the cycle goes on
  renewal,  // a new cycle began at `start`
};

struct Verdict {
  Meaning meaning = Meaning::use;
  Bytes level;                      // use, refund, reset: use of the cycle by the meter, not held back by jitter
  Bytes top_up;                     // use: how much the allocation grew
  Bytes opening;                    // renewal: use of the new cycle
  std::optional<Bytes> allocation;  // renewal: what the new cycle begins with
  Time start;                       // renewal
  bool runs_on = false;             // renewal: the meter didn't go back to zero, so it counts from its value at `start`
  bool too_fast = false;            // no line carries that much
  unsigned polls_needed = 1;        // in a row until it is believed
  std::string_view doubt;           // why it isn't believed at once
};

// The book as it was before the reading. `cycle` already knows the allocation that the reading tells.
struct MeterBefore {
  const Cycle& cycle;
  const MeterPoint& last;
  Time moved;
  Bytes allocation_told;  // how much the line's own allocation grew with this reading
  bool first_cycle = false;
};

[[nodiscard]] Verdict judge(const MeterBefore& before, const MeterPoint& now, seconds expiry_resolution,
                            const Household& household);

// The most that the line can have carried in this time.
[[nodiscard]] Bytes carried_at_most(seconds elapsed, const Household& household);

// Whether one point can follow another by mere use; how a doubtful one is confirmed.
[[nodiscard]] bool follows_by_use(const MeterPoint& first, const MeterPoint& second, const Household& household);

// What the meter shows as used: its own count, or what is missing from the allocation. Without either the fall of the
// remaining amount, so that differences still mean use.
[[nodiscard]] Bytes shown_use(const MeterPoint& point, const std::optional<Bytes>& allocation);

}  // namespace taara
