// SPDX-License-Identifier: Apache-2.0
// How large the cycle is: configured, told by the line, grown by top-ups, or corrected by what is left.
#pragma once

#include "core/ledger.h"

namespace taara {

// What a cycle begins with: the line's own word before the configured one. Absent: unlimited.
[[nodiscard]] std::optional<Bytes> opening_allocation(const MeterPoint& point, const Household& household);

// Follows a changed configuration (a correction: nothing was used by it) and a changed word of the line. Returns how
// much the line's own allocation grew; negative when it shrank.
Bytes follow_allocation(Cycle& cycle, const MeterPoint& last, const MeterPoint& now, const Household& household);

// More left than the cycle has: the allocation is larger than anybody knew. True when it grew.
bool grow_to_remaining(Cycle& cycle, const MeterPoint& point);

void add_top_up(Cycle& cycle, Bytes amount);

// The line's word differs by more than 1 % from the configured allocation.
[[nodiscard]] bool contradicts_configuration(const MeterPoint& point, const Household& household);

}  // namespace taara
