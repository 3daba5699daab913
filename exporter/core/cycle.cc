// SPDX-License-Identifier: Apache-2.0
#include "core/cycle.h"

#include <algorithm>

#include "core/calendar.h"

namespace taara {
namespace {

// A plan of "1 month" lasts 28 to 31 days, whatever length is configured. A purchase that fits the expiry worse than
// that belongs to another plan, such as one that waits in the queue.
constexpr std::chrono::days kMonthSlack{4};

seconds distance(Time a, Time b) { return a < b ? b - a : a - b; }

std::optional<Time> sane_expiry(const MeterPoint& point) {
  if (!point.expiry || !is_sane_expiry(*point.expiry, point.time)) return std::nullopt;
  return point.expiry;
}

}  // namespace

bool is_sane_expiry(Time expiry, Time now) { return expiry >= now - kLongestCycle && expiry <= now + kLongestCycle; }

CycleTimes times_under_way(const MeterPoint& point, seconds expiry_resolution, const Household& household) {
  const Plan& plan = household.plan;
  if (plan.cycle == CycleKind::monthly) {
    const Time start = boundary_at_or_before(*household.zone, plan, point.time);
    return {start, boundary_after(*household.zone, plan, point.time)};
  }
  const auto expiry = sane_expiry(point);
  if (point.purchased && *point.purchased <= point.time + std::chrono::hours{1}) {
    const Time start = std::min(*point.purchased, point.time);
    const Time end = start + plan.length;
    if (!expiry || distance(*expiry, end) <= expiry_resolution) return {start, end};
    if (distance(*expiry, end) <= kMonthSlack + expiry_resolution) return {start, *expiry, true};
  }
  if (!expiry) return {point.time, point.time};
  return {std::min(*expiry - plan.length, point.time), *expiry, point.purchased.has_value()};
}

CycleTimes times_from(Time start, const MeterPoint& point, seconds expiry_resolution, const Household& household) {
  const Plan& plan = household.plan;
  // A cycle that began up to 48 h before or after its calendar boundary ends with the boundary after that one.
  if (plan.cycle == CycleKind::monthly) return {start, boundary_after(*household.zone, plan, start + kBoundarySlack)};
  const Time end = start + plan.length;
  const auto expiry = sane_expiry(point);
  if (!expiry || *expiry <= start || *expiry > start + kLongestCycle || distance(*expiry, end) <= expiry_resolution)
    return {start, end};
  return {start, *expiry, true};
}

CycleTimes times_followed(const Cycle& cycle, const MeterPoint& last, const MeterPoint& point,
                          seconds expiry_resolution, const Household& household) {
  if (household.plan.cycle == CycleKind::monthly) return times_from(cycle.start, point, expiry_resolution, household);
  if (!cycle.known()) {
    const CycleTimes told = times_under_way(point, expiry_resolution, household);
    return told.end > told.start ? told : CycleTimes{cycle.start, cycle.end};
  }
  CycleTimes times{cycle.start, cycle.end};
  // The purchase is exact where the start was only estimated from the expiry.
  if (!last.purchased && point.purchased && distance(*point.purchased, cycle.start) <= 2 * expiry_resolution) {
    times.start = std::min(*point.purchased, point.time);
    if (distance(times.start + household.plan.length, cycle.end) <= 2 * expiry_resolution)
      times.end = times.start + household.plan.length;
  }
  const auto expiry = sane_expiry(point);
  if (!expiry || *expiry <= times.start || *expiry > times.start + kLongestCycle) return times;
  if (distance(*expiry, times.end) <= 2 * expiry_resolution) return times;
  // A plan that has run out says "0 days" for ever: an expiry that moves along with the clock is no news.
  if (*expiry > times.end && *expiry <= point.time + expiry_resolution) return times;
  times.end = *expiry;
  times.disagreed = true;
  return times;
}

std::optional<Bytes> remaining_of(const Cycle& cycle, const MeterPoint& point) {
  if (!cycle.allocation) return std::nullopt;
  const Bytes by_book = std::max(Bytes{0}, *cycle.allocation - cycle.used);
  if (!point.remaining) return by_book;
  return cycle.offset.count == 0 ? *point.remaining : std::min(*point.remaining, by_book);
}

}  // namespace taara
