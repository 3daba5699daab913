// SPDX-License-Identifier: Apache-2.0
#include "core/afford.h"

#include <algorithm>
#include <cmath>

#include "core/calendar.h"

namespace taara {
namespace {

constexpr std::chrono::hours kDay{24};

double share(double probability) { return std::isfinite(probability) ? std::clamp(probability, 0.0, 1.0) : 1.0; }

unsigned quietest_of_day(const HourHabit& hours) {
  return static_cast<unsigned>(std::min_element(hours.begin(), hours.end()) - hours.begin());
}

// The quietest local hour that begins in [from, until) and before `by`, the earlier one of two.
std::optional<Time> quietest_hour(const date::time_zone& zone, const HourHabit& hours, Time from, Time until, Time by) {
  std::optional<Time> best;
  double least = 0;
  LocalHour hour = local_hour(zone, from);
  if (hour.start < from) hour = local_hour(zone, hour.end);
  for (; hour.start < until && hour.start < by; hour = local_hour(zone, hour.end)) {
    if (best && hours[hour.hour] >= least) continue;
    best = hour.start;
    least = hours[hour.hour];
  }
  return best;
}

std::optional<double> crossing_with(const AffordQuestion& question, const AffordBasis& basis, Bytes left) {
  if (question.bytes > left) return 1;
  const Outlook& outlook = basis.outlook;
  if (!outlook.cycle_used || !outlook.crossing_probability) return std::nullopt;
  const auto used = static_cast<double>(basis.standing.used->count);
  const Predictive rest{std::max(0.0, outlook.cycle_used->p10 - used), std::max(0.0, outlook.cycle_used->p50 - used),
                        std::max(0.0, outlook.cycle_used->p90 - used)};
  const Bytes after = left - question.bytes;
  const double with = after.count > 0 ? share(rest.probability_above(static_cast<double>(after.count))) : 1;
  return std::max(with, share(*outlook.crossing_probability));
}

// What the next cycle will have to spare at its start, at the same risk.
std::optional<double> next_headroom(const AffordBasis& basis, const HourHabit& hours) {
  const Standing& standing = basis.standing;
  const Habits& habits = basis.habits;
  if (!basis.next_allocation || !standing.cycle_start || !standing.cycle_end || habits.level.known == 0)
    return std::nullopt;
  const Time start = *standing.cycle_end;
  const Stretch ahead =
      stretch_between(basis.zone, habits.level.weekday, hours, start, start + (start - *standing.cycle_start));
  const Predictive next = predict(habits.level, habits.errors, ahead.units, ahead.days, habits.record.widening);
  return static_cast<double>(basis.next_allocation->count) - next.p90;
}

void answer(Afford& result, AffordAnswer answer, AffordReason reason) {
  result.answer = answer;
  result.reason = reason;
}

// It fits the cycle; only today's budget speaks against it.
void answer_within_cycle(Afford& result, const AffordQuestion& question, const AffordBasis& basis,
                         const HourHabit& hours, Time now) {
  if (!result.left_today || question.bytes <= *result.left_today)
    return answer(result, AffordAnswer::yes, AffordReason::fits);
  const LocalDay tomorrow = local_day(basis.zone, local_day(basis.zone, now).end);
  const Time until = std::min(tomorrow.end, basis.standing.cycle_end.value_or(tomorrow.end));
  const auto best = quietest_hour(basis.zone, hours, tomorrow.start, until, result.by.value_or(tomorrow.end));
  if (!best || local_hour(basis.zone, now).hour == quietest_of_day(hours))
    return answer(result, AffordAnswer::yes, AffordReason::quiet_hour);
  result.best_hour = best;
  answer(result, AffordAnswer::later, AffordReason::over_today);
}

void answer_after_renewal(Afford& result, const AffordQuestion& question, const AffordBasis& basis,
                          const HourHabit& hours) {
  answer(result, AffordAnswer::no, AffordReason::too_much);
  const auto& renewal = basis.standing.cycle_end;
  if (!renewal || !result.by || *result.by <= *renewal) return;
  const auto spare = next_headroom(basis, hours);
  if (!spare || !(static_cast<double>(question.bytes.count) <= *spare)) return;
  result.best_hour = quietest_hour(basis.zone, hours, *renewal, *renewal + kDay, *result.by).value_or(*renewal);
  answer(result, AffordAnswer::later, AffordReason::after_renewal);
}

}  // namespace

Afford can_we_afford(const AffordQuestion& question, const AffordBasis& basis, Time now) {
  const Standing& standing = basis.standing;
  Afford result;
  result.by = question.by ? question.by : standing.cycle_end;
  result.left_today = standing.left_today;
  if (!standing.used) return result;
  if (!standing.allocation) {
    answer(result, AffordAnswer::yes, AffordReason::unlimited);
    return result;
  }
  const Bytes left = std::max(Bytes{0}, standing.remaining.value_or(*standing.allocation - *standing.used));
  result.headroom = basis.outlook.headroom;
  if (basis.outlook.crossing_probability) result.crossing_now = share(*basis.outlook.crossing_probability);
  result.crossing_with = crossing_with(question, basis, left);
  if (!result.crossing_with) return result;

  const HourHabit hours = hour_shares(basis.habits.hours);
  if (result.headroom && question.bytes <= std::min(*result.headroom, left))
    answer_within_cycle(result, question, basis, hours, now);
  else
    answer_after_renewal(result, question, basis, hours);
  return result;
}

}  // namespace taara
