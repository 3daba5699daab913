// SPDX-License-Identifier: Apache-2.0
#include "core/allocation.h"

#include <algorithm>

namespace taara {
namespace {

bool differ_by_a_percent(Bytes a, Bytes b) { return std::max(a - b, b - a).count > b.count / 100; }

// What is missing from the allocation is the use where the meter has no count of its own.
void correct(Cycle& cycle, const MeterPoint& last, Bytes by) {
  cycle.allocation = std::clamp(*cycle.allocation + by, Bytes{0}, kMaxPlausible);
  if (last.used) return;
  cycle.used = std::max(Bytes{0}, cycle.used + by);
  cycle.used_peak = std::max(Bytes{0}, cycle.used_peak + by);
}

}  // namespace

std::optional<Bytes> opening_allocation(const MeterPoint& point, const Household& household) {
  if (!household.plan.allocation) return std::nullopt;
  return point.allocation ? point.allocation : household.plan.allocation;
}

Bytes follow_allocation(Cycle& cycle, const MeterPoint& last, const MeterPoint& now, const Household& household) {
  const auto& configured = household.plan.allocation;
  if (!configured) {
    if (cycle.allocation && !last.used && last.remaining) cycle.offset = cycle.used + *last.remaining;
    cycle.allocation.reset();
    cycle.top_ups = Bytes{0};
    return {};
  }
  if (!cycle.allocation) {
    cycle.allocation = opening_allocation(now, household);
    if (!last.used && last.remaining) {
      cycle.used = cycle.used_peak = std::max(Bytes{0}, *cycle.allocation - *last.remaining);
      cycle.offset = Bytes{0};
    }
    return {};
  }
  if (now.allocation && last.allocation) {
    const Bytes grown = *now.allocation - *last.allocation;
    add_top_up(cycle, grown);
    return grown;
  }
  const Bytes base = *cycle.allocation - cycle.top_ups;
  if (now.allocation) {
    if (differ_by_a_percent(*now.allocation, base)) correct(cycle, last, *now.allocation - base);
  } else if (!last.allocation && *configured != base) {
    correct(cycle, last, *configured - base);
  }
  return {};
}

bool grow_to_remaining(Cycle& cycle, const MeterPoint& point) {
  if (!cycle.allocation || !point.remaining) return false;
  const Bytes more = *point.remaining - *cycle.allocation;
  if (more <= point.resolution + point.resolution) return false;
  add_top_up(cycle, more);
  return true;
}

void add_top_up(Cycle& cycle, Bytes amount) {
  if (!cycle.allocation) return;
  const Bytes grown = std::clamp(*cycle.allocation + amount, Bytes{0}, kMaxPlausible);
  cycle.top_ups += grown - *cycle.allocation;
  cycle.allocation = grown;
}

bool contradicts_configuration(const MeterPoint& point, const Household& household) {
  return household.plan.allocation && point.allocation &&
         differ_by_a_percent(*point.allocation, *household.plan.allocation);
}

}  // namespace taara
