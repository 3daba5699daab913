// SPDX-License-Identifier: Apache-2.0
// When a cycle begins and ends, and what it has left. Nothing here judges the meter (core/meter.h does).
#pragma once

#include "core/ledger.h"

namespace taara {

inline constexpr std::chrono::days kLongestCycle{62};
inline constexpr std::chrono::hours kBoundarySlack{48};  // how far a monthly reset may be off

struct CycleTimes {
  Time start;
  Time end;                // not after start: unknown
  bool disagreed = false;  // the line's own expiry contradicts purchase and length; the expiry was taken
};

// The cycle that a first reading finds under way.
[[nodiscard]] CycleTimes times_under_way(const MeterPoint& point, seconds expiry_resolution,
                                         const Household& household);

// The cycle that began at `start`, as seen by `point`.
[[nodiscard]] CycleTimes times_from(Time start, const MeterPoint& point, seconds expiry_resolution,
                                    const Household& household);

// What a later reading of the same cycle says about its times: kept while it agrees, so that nothing jitters with the
// day resolution of the expiry.
[[nodiscard]] CycleTimes times_followed(const Cycle& cycle, const MeterPoint& last, const MeterPoint& point,
                                        seconds expiry_resolution, const Household& household);

// An expiry that can be one: within the longest cycle around the reading.
[[nodiscard]] bool is_sane_expiry(Time expiry, Time now);

// What is left by the line's word; the smaller of the meter's and the book's word once the meter has lost count.
[[nodiscard]] std::optional<Bytes> remaining_of(const Cycle& cycle, const MeterPoint& point);

}  // namespace taara
