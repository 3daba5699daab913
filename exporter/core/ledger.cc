// SPDX-License-Identifier: Apache-2.0
#include "core/ledger.h"

#include <algorithm>

#include "core/allocation.h"
#include "core/cycle.h"
#include "core/day_book.h"
#include "core/meter.h"

namespace taara {
namespace {

constexpr std::chrono::hours kClockStep{24};     // a reading that much older than the last one: the clock had run ahead
constexpr std::chrono::hours kPurchaseSlack{1};  // the line's clock against ours
constexpr Bytes kMostCounted{std::int64_t{1} << 62};

Bytes plus(Bytes total, Bytes amount) { return amount <= kMostCounted - total ? total + amount : kMostCounted; }

std::optional<Bytes> plausible(const std::optional<Bytes>& amount) {
  return amount && amount->count >= 0 && *amount <= kMaxPlausible ? amount : std::nullopt;
}

// Use between `since` and the newest hour, by the hours on record.
Bytes use_since(const std::deque<Hour>& hours, Time since) {
  Bytes sum;
  for (const Hour& hour : hours) {
    const seconds after = hour.start + std::chrono::hours{1} - since;
    if (after >= std::chrono::hours{1})
      sum += hour.used;
    else if (after.count() > 0)
      sum += Bytes{hour.used.count / 3600 * after.count()};
  }
  return sum;
}

// One reading being written into the book.
class Entry {
 public:
  Entry(LedgerState& state, const Reading& reading, const Household& household, LedgerChange& change)
      : state_(state), expiry_resolution_(reading.expiry_resolution), household_(household), change_(change) {}

  void take(const Reading& reading) {
    MeterPoint point = point_of(reading);
    if (!point.remaining && !point.used) return;
    if (!state_.last || !state_.cycle) return begin(point);
    if (state_.last->time - point.time > kClockStep) turn_back(point);
    point.time = std::max(point.time, state_.last->time);
    if (state_.suspect) point.time = std::max(point.time, state_.suspect->time);
    weigh(point);
  }

 private:
  struct Weighed {
    Cycle cycle;  // with the allocation that the reading tells
    Bytes allocation_told;
    Verdict verdict;
  };

  void event(MeterEvent what) { change_.events.push_back(what); }
  void violation(Field field, std::string_view detail) { change_.violations.push_back({field, std::string{detail}}); }

  MeterPoint point_of(const Reading& reading) {
    MeterPoint point{reading.time,
                     plausible(reading.remaining),
                     plausible(reading.used),
                     plausible(reading.allocation),
                     reading.purchased,
                     reading.expiry,
                     reading.resolution};
    point.resolution = std::clamp(point.resolution, Bytes{1}, kMaxPlausible);
    if (point.allocation && (point.allocation->count == 0 || (point.used && *point.used > *point.allocation)))
      point.allocation.reset();
    if (point.purchased && *point.purchased > point.time + kPurchaseSlack) {
      violation(Field::purchase, "the purchase lies in the future");
      point.purchased.reset();
    }
    if (point.expiry && !is_sane_expiry(*point.expiry, point.time)) {
      violation(Field::expiry, "the expiry is more than 62 days away");
      point.expiry.reset();
    }
    return point;
  }

  void begin(const MeterPoint& point) {
    Cycle cycle;
    const CycleTimes times = times_under_way(point, expiry_resolution_, household_);
    cycle.start = times.start;
    cycle.end = times.end;
    open_cycle(cycle, point, opening_allocation(point, household_), times.disagreed);
    cycle.used = std::max(Bytes{0}, shown_use(point, cycle.allocation) + cycle.offset);
    cycle.used_peak = cycle.used;
    state_.usage_total = plus(state_.usage_total, cycle.used);
    state_.cycle = cycle;
    state_.moved = point.time;
    finish(point, {point.time, point.time, point.time, {}}, false, {});
  }

  // The allocation of a cycle that begins, and what is odd about its beginning.
  void open_cycle(Cycle& cycle, const MeterPoint& point, const std::optional<Bytes>& allocation, bool disagreed) {
    cycle.allocation = allocation;
    if (!allocation && !point.used) cycle.offset = *point.remaining;
    if (contradicts_configuration(point, household_))
      violation(Field::allocation, "the line tells another allocation than is configured");
    if (disagreed) violation(Field::expiry, "the told expiry doesn't fit purchase and plan length");
    if (grow_to_remaining(cycle, point)) {
      event(MeterEvent::over_allocation);
      violation(Field::allocation, "more is left than the allocation");
    }
  }

  // A coarser answer that doesn't contradict a finer one brings no news.
  void keep_finer(MeterPoint& point) const {
    const MeterPoint& last = *state_.last;
    if (point.resolution <= last.resolution) return;
    const auto same = [&](const std::optional<Bytes>& before, const std::optional<Bytes>& now) {
      return !now || (before && std::max(*now - *before, *before - *now) <= point.resolution);
    };
    if (!same(last.used, point.used) || !same(last.remaining, point.remaining)) return;
    if (point.used) point.used = last.used;
    if (point.remaining) point.remaining = last.remaining;
    point.resolution = last.resolution;
  }

  Weighed weighed(const MeterPoint& point) const {
    Weighed result{*state_.cycle, {}, {}};
    result.allocation_told = follow_allocation(result.cycle, *state_.last, point, household_);
    const bool first = state_.usage_total == state_.cycle->used_peak;  // nothing was counted before this cycle
    result.verdict =
        judge({result.cycle, *state_.last, state_.moved.value_or(state_.last->time), result.allocation_told, first},
              point, expiry_resolution_, household_);
    return result;
  }

  void weigh(MeterPoint point) {
    keep_finer(point);
    const Weighed now = weighed(point);
    if (now.verdict.polls_needed <= 1) {
      if (state_.suspect) event(MeterEvent::suspect_dropped);
      state_.suspect.reset();
      state_.suspect_count = 0;
      return accept(point, now);
    }
    if (!state_.suspect || !follows_by_use(*state_.suspect, point, household_)) {
      state_.suspect = point;
      state_.suspect_count = 1;
      event(MeterEvent::suspect);
      return violation(Field::meter, now.verdict.doubt);
    }
    ++state_.suspect_count;
    MeterPoint suspect = *state_.suspect;
    if (point.purchased) suspect.purchased = point.purchased;
    if (point.expiry) suspect.expiry = point.expiry;
    const Weighed then = weighed(suspect);
    if (state_.suspect_count < then.verdict.polls_needed) return violation(Field::meter, now.verdict.doubt);
    state_.suspect.reset();
    state_.suspect_count = 0;
    event(MeterEvent::suspect_confirmed);
    accept(suspect, then);
    weigh(point);
  }

  void accept(const MeterPoint& point, const Weighed& weighed) {
    const MeterPoint& last = *state_.last;
    if ((point.used && last.used && *point.used != *last.used) ||
        (point.remaining && last.remaining && *point.remaining != *last.remaining)) {
      state_.moved = point.time;
    }
    if (weighed.verdict.meaning == Meaning::renewal)
      renew(point, weighed);
    else
      go_on(point, weighed);
  }

  void go_on(const MeterPoint& point, const Weighed& weighed) {
    const Verdict& verdict = weighed.verdict;
    const MeterPoint& last = *state_.last;
    const Bytes tolerance = point.resolution + point.resolution;
    Cycle cycle = weighed.cycle;
    const CycleTimes times = times_followed(cycle, last, point, expiry_resolution_, household_);
    cycle.start = times.start;
    cycle.end = times.end;
    if (times.disagreed) violation(Field::expiry, "the told expiry moved without a renewal");

    if (verdict.meaning == Meaning::reset) event(MeterEvent::reset_unexpected);
    if (verdict.meaning == Meaning::refund) event(MeterEvent::refund);
    if (weighed.allocation_told < Bytes{0} - tolerance)
      violation(Field::allocation, "the told allocation shrank within the cycle");
    if (verdict.top_up.count > 0 || weighed.allocation_told > tolerance) event(MeterEvent::top_up);
    add_top_up(cycle, verdict.top_up);

    // A jitter holds the level; a finer meter's word is taken.
    const bool jitter =
        verdict.meaning == Meaning::use && verdict.top_up.count == 0 && point.resolution >= last.resolution;
    const Bytes before = cycle.used;
    cycle.used = std::clamp(jitter ? std::max(before, verdict.level) : verdict.level, Bytes{0}, kMaxPlausible);
    if (cycle.used < before) {
      // What a broken meter took comes back, less what was used meanwhile.
      const Bytes back = before - cycle.used;
      const Bytes most = back + carried_at_most(point.time - last.time, household_) + tolerance;
      cycle.uncounted = most >= cycle.uncounted ? Bytes{0} : cycle.uncounted - back;
    } else if (verdict.too_fast) {
      cycle.uncounted += cycle.used - before;
    }
    cycle.offset =
        std::clamp(verdict.level - shown_use(point, cycle.allocation), Bytes{0} - kMaxPlausible, kMaxPlausible);

    const Bytes counted = std::max(Bytes{0}, cycle.used - cycle.uncounted - cycle.used_peak);
    cycle.used_peak += counted;
    state_.usage_total = plus(state_.usage_total, counted);
    state_.cycle = cycle;
    const Bytes told = std::max(Bytes{0}, weighed.allocation_told);
    finish(point, {last.time, last.time, point.time, counted}, false, verdict.top_up + told);
  }

  void renew(const MeterPoint& point, const Weighed& weighed) {
    const Verdict& verdict = weighed.verdict;
    const Time last_time = state_.last->time;
    Cycle ended = *state_.cycle;
    Cycle cycle;
    const CycleTimes times = times_from(verdict.start, point, expiry_resolution_, household_);
    cycle.start = times.start;
    cycle.end = times.end;
    event(MeterEvent::renewal);
    open_cycle(cycle, point, verdict.allocation, times.disagreed);

    Spread spread{last_time, std::max(cycle.start, last_time), point.time, {}};
    if (verdict.runs_on) {
      const Bytes grown = std::max(Bytes{0}, verdict.level - ended.uncounted - ended.used_peak);
      const seconds interval = point.time - last_time;
      const seconds after = point.time - spread.from;
      const Bytes in_new = after < interval ? Bytes{grown.count / interval.count() * after.count()} : grown;
      const Bytes earlier = cycle.start < last_time ? use_since(state_.hours, cycle.start) : Bytes{0};
      cycle.used = in_new + earlier;
      cycle.offset = cycle.used - shown_use(point, cycle.allocation);
      ended.used = std::max(Bytes{0}, ended.used + grown - cycle.used);
      ended.used_peak = std::max(Bytes{0}, ended.used_peak + grown - cycle.used);
      spread.from = last_time;
      spread.amount = grown;
    } else if (verdict.too_fast && !point.used && cycle.allocation) {
      // The line has shown often enough that the new plan is smaller than anybody knew.
      add_top_up(cycle, *point.remaining - *cycle.allocation);
      violation(Field::allocation, "the new cycle began with less than the allocation");
    } else {
      cycle.used = verdict.opening;
      if (verdict.too_fast) cycle.uncounted = cycle.used;
      spread.amount = cycle.used - cycle.uncounted;
    }
    cycle.used_peak = cycle.used - cycle.uncounted;
    ended.end =
        household_.plan.cycle == CycleKind::plan && ended.known() ? std::min(ended.end, cycle.start) : cycle.start;
    change_.ended_cycle = ended;
    state_.usage_total = plus(state_.usage_total, spread.amount);
    state_.cycle = cycle;
    finish(point, spread, true, {});
  }

  void finish(MeterPoint point, const Spread& spread, bool renewed, Bytes top_up) {
    const bool first_day = !state_.today;
    const bool opened = advance(state_, change_, *household_.zone, spread);
    set_budget(state_, *household_.zone,
               {point.time, remaining_of(*state_.cycle, point), first_day, opened, renewed, top_up});
    if (state_.last) {  // what this answer left out is still true
      if (!point.purchased) point.purchased = state_.last->purchased;
      if (!point.expiry) point.expiry = state_.last->expiry;
      if (!point.allocation) point.allocation = state_.last->allocation;
    }
    state_.last = point;
    change_.accepted = true;
    change_.days.push_back(*state_.today);
  }

  // The book was written by a clock that ran ahead: the amounts stand, the times don't.
  void turn_back(const MeterPoint& point) {
    forget_future(state_, point.time);
    state_.last->time = point.time;
    if (state_.moved) state_.moved = std::min(*state_.moved, point.time);
    state_.suspect.reset();
    state_.suspect_count = 0;
    if (state_.cycle->start <= point.time) return;
    const CycleTimes times = times_under_way(point, expiry_resolution_, household_);
    state_.cycle->start = times.start;
    state_.cycle->end = times.end;
  }

  LedgerState& state_;
  const seconds expiry_resolution_;
  const Household& household_;
  LedgerChange& change_;
};

}  // namespace

LedgerChange apply(LedgerState& state, const Reading& reading, const Household& household) {
  LedgerChange change;
  if (reading.usable()) Entry(state, reading, household, change).take(reading);
  return change;
}

}  // namespace taara
