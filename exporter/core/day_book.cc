// SPDX-License-Identifier: Apache-2.0
#include "core/day_book.h"

#include <algorithm>
#include <cmath>

#include "core/calendar.h"

namespace taara {
namespace {

// floor(amount × part / whole) without overflow: part ≤ whole ≤ 62 days in seconds.
Bytes share(Bytes amount, seconds part, seconds whole) {
  const std::int64_t each = amount.count / whole.count();
  const std::int64_t rest = amount.count % whole.count();
  return {each * part.count() + rest * part.count() / whole.count()};
}

Day open_day(const LocalDay& local) {
  Day day;
  day.date = local.date;
  day.start = local.start;
  day.end = local.end;
  return day;
}

void close_day(LedgerState& state, LedgerChange& change) {
  Day& day = *state.today;
  const bool enough = day.covered * 10 >= (day.end - day.start) * 8;
  if (!enough) day.budget.reset();
  if (day.budget) state.streak = day.used <= *day.budget ? state.streak + 1 : 0;
  state.finished_days.push_back(day);
  while (state.finished_days.size() > kDaysKept) state.finished_days.pop_front();
  change.days.push_back(day);
}

void add_to_hour(LedgerState& state, LedgerChange& change, Time start, Bytes amount) {
  if (state.hours.empty() || state.hours.back().start < start) state.hours.push_back({start, Bytes{0}});
  Hour& hour = state.hours.back();
  hour.used += amount;
  while (state.hours.front().start <= hour.start - kHoursKept) state.hours.pop_front();
  if (change.hours.empty() || change.hours.back().start != hour.start)
    change.hours.push_back(hour);
  else
    change.hours.back() = hour;
}

// What may be used from `from` to the end of the day, so that every day to the cycle's end may use as much.
// Absent when the cycle's end isn't known or has passed.
std::optional<Bytes> share_of_day(const date::time_zone& zone, const Day& day, const Cycle& cycle, Bytes remaining,
                                  Time from) {
  if (!cycle.known() || cycle.end <= from) return std::nullopt;
  if (cycle.end <= day.end) return remaining;
  const double days_left = days_between(zone, from, cycle.end);
  const double of_today = days_between(zone, from, day.end);
  return Bytes{static_cast<std::int64_t>(std::floor(static_cast<double>(remaining.count) * of_today / days_left))};
}

}  // namespace

bool advance(LedgerState& state, LedgerChange& change, const date::time_zone& zone, const Spread& spread) {
  const Time until = spread.until;
  const Time since = std::max(spread.since, until - kLongestSpread);
  const Time from = std::clamp(spread.from, since, until);
  const bool covered = until - since <= kBridgedGap;
  bool opened = false;
  const auto reach = [&](Time time) {
    if (!state.today) {
      state.today = open_day(local_day(zone, time));
      opened = true;
    }
    while (state.today->end <= time) {
      close_day(state, change);
      state.today = open_day(local_day(zone, std::max(state.today->end, since)));
      opened = true;
    }
  };

  Bytes given;
  for (Time time = since; time < until;) {
    reach(time);
    const LocalHour hour = local_hour(zone, time);
    const Time end = std::min({hour.end, until, time < from ? from : until});
    if (time >= from) {
      const Bytes piece = share(spread.amount, end - from, until - from) - given;
      given += piece;
      add_to_hour(state, change, hour.start, piece);
      state.today->used += piece;
    }
    if (covered) state.today->covered += end - time;
    time = end;
  }
  reach(until);
  if (const Bytes rest = spread.amount - given; rest.count > 0) {  // no time has passed
    add_to_hour(state, change, local_hour(zone, until).start, rest);
    state.today->used += rest;
  }
  return opened;
}

void set_budget(LedgerState& state, const date::time_zone& zone, const BudgetTurn& turn) {
  Day& day = *state.today;
  const Cycle& cycle = *state.cycle;
  if (day.budget && !turn.renewed) {
    if (turn.top_up.count <= 0) return;
    if (const auto more = share_of_day(zone, day, cycle, turn.top_up, turn.now)) day.budget = *day.budget + *more;
    return;
  }
  Time from = turn.now;
  Bytes used_after;  // use of this day after `from`
  if (turn.renewed && cycle.start >= day.start) {
    from = cycle.start;
    used_after = cycle.used_peak;
  } else if (turn.opened && !turn.first_day) {
    from = day.start;
    used_after = day.used;
  }
  day.budget.reset();
  if (!turn.remaining) return;
  const auto share = share_of_day(zone, day, cycle, *turn.remaining + used_after, from);
  if (share) day.budget = day.used - used_after + *share;
}

void forget_future(LedgerState& state, Time now) {
  if (state.today && state.today->start > now) state.today.reset();
  std::erase_if(state.finished_days, [&](const Day& day) { return day.end > now; });
  std::erase_if(state.hours, [&](const Hour& hour) { return hour.start > now; });
}

}  // namespace taara
