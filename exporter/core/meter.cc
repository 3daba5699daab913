// SPDX-License-Identifier: Apache-2.0
#include "core/meter.h"

#include <algorithm>

#include "core/calendar.h"
#include "core/cycle.h"

namespace taara {
namespace {

constexpr std::chrono::hours kClockDoubt{1};     // a clock that went back hides how much time has passed
constexpr std::chrono::hours kPurchaseSlack{1};  // a purchase may show up a little before the balance
constexpr unsigned kPollsForImplausible = 3;
constexpr unsigned kPollsForZero = 2;

enum class Scale { used, remaining };

Bytes times_two(Bytes amount) { return amount + amount; }
Bytes percent_of(Bytes amount) { return {amount.count / 100}; }

Bytes shown_on(Scale scale, const MeterPoint& point, const std::optional<Bytes>& allocation) {
  if (scale == Scale::used) return point.used.value_or(Bytes{0});
  return allocation.value_or(Bytes{0}) - point.remaining.value_or(Bytes{0});
}

Bytes tolerance_between(const MeterPoint& a, const MeterPoint& b) {
  return times_two(std::max(a.resolution, b.resolution));
}

seconds elapsed_between(Time since, const MeterPoint& last, const MeterPoint& now) {
  return now.time - since + (now.time <= last.time ? seconds{kClockDoubt} : seconds{0});
}

// The judgement of one change, its facts worked out once.
class Change {
 public:
  Change(const MeterBefore& before, const MeterPoint& now, seconds expiry_resolution, const Household& household)
      : before_(before),
        cycle_(before.cycle),
        last_(before.last),
        now_(now),
        household_(household),
        expiry_resolution_(expiry_resolution),
        tolerance_(tolerance_between(last_, now)),
        since_moved_(carried_at_most(elapsed_between(before.moved, last_, now), household) + tolerance_),
        since_last_(carried_at_most(elapsed_between(last_.time, last_, now), household) + tolerance_),
        level_before_(shown_use(last_, cycle_.allocation) + cycle_.offset) {
    const bool both_used = last_.used && now_.used;
    const bool both_remaining = last_.remaining && now_.remaining;
    // A `used` that stays 0 while the remaining amount falls is dead.
    const bool dead = both_used && both_remaining && last_.used->count == 0 && now_.used->count == 0 &&
                      *last_.remaining - *now_.remaining > tolerance_;
    if (both_used && !dead) {
      scale_ = Scale::used;
    } else if (both_remaining) {
      scale_ = Scale::remaining;
    }
    level_ = scale_ ? level_before_ + shown_on(*scale_, now_, cycle_.allocation) -
                          shown_on(*scale_, last_, cycle_.allocation)
                    : cycle_.used;
    fell_ = cycle_.used - level_ > tolerance_;
  }

  Verdict judge() const {
    const bool purchase = purchase_moved();
    const bool expiry = expiry_moved();
    if ((purchase && expiry) || (fell_ && (purchase || expiry))) return renewal(told_start(purchase), 1);
    if (household_.plan.cycle == CycleKind::monthly) {
      if (const auto verdict = by_calendar()) return *verdict;
    }
    if (fell_) return fallen();
    return used();
  }

 private:
  bool told() const { return now_.purchased || now_.expiry || last_.purchased || last_.expiry; }

  bool purchase_moved() const {
    if (!now_.purchased || *now_.purchased > now_.time + kPurchaseSlack) return false;
    if (last_.purchased) return *now_.purchased > *last_.purchased + kPurchaseSlack;
    return cycle_.known() && *now_.purchased > cycle_.start + 2 * expiry_resolution_;
  }

  bool expiry_moved() const {
    if (!now_.expiry || !cycle_.known() || !is_sane_expiry(*now_.expiry, now_.time)) return false;
    if (*now_.expiry <= now_.time + expiry_resolution_) return false;
    if (household_.plan.cycle == CycleKind::plan) return *now_.expiry > cycle_.end + 2 * expiry_resolution_;
    return last_.expiry && *now_.expiry > *last_.expiry + 2 * expiry_resolution_;  // a month's end is the calendar's
  }

  Time told_start(bool purchase) const {
    // A plan that waited in the queue was bought long before it began.
    if (purchase && *now_.purchased >= last_.time - kPurchaseSlack) return std::min(*now_.purchased, now_.time);
    if (now_.expiry) return std::clamp(*now_.expiry - household_.plan.length, last_.time, now_.time);
    return std::clamp(cycle_.known() ? cycle_.end : last_.time, last_.time, now_.time);
  }

  // Near zero: so little that all of it can have been used since the last reading.
  bool restarted() const {
    if (!scale_ || (*scale_ == Scale::remaining && !cycle_.allocation)) return false;
    const Bytes shown = shown_on(*scale_, now_, cycle_.allocation);
    return shown >= Bytes{0} - tolerance_ && shown <= since_last_;
  }
  bool restarted_clearly() const {
    return restarted() &&
           times_two(shown_on(*scale_, now_, cycle_.allocation)) < shown_on(*scale_, last_, cycle_.allocation);
  }

  std::optional<Verdict> by_calendar() const {
    const auto& zone = *household_.zone;
    const Plan& plan = household_.plan;
    const bool late = now_.time >= cycle_.end + kBoundarySlack;
    if (!fell_ && !late) return std::nullopt;
    const auto begun = [&](Time boundary) { return !before_.first_cycle && cycle_.start >= boundary - kBoundarySlack; };

    const Time boundary = boundary_at_or_before(zone, plan, now_.time);
    if (fell_ && !begun(boundary)) {
      const bool between = boundary > last_.time;
      if (between && restarted() && cycle_.used - level_ > percent_of(cycle_.used)) return renewal(boundary, 1);
      if (restarted_clearly() && last_.time - boundary <= kBoundarySlack) return renewal(last_.time, kPollsForZero);
    }
    if (fell_ && restarted_clearly() && boundary_after(zone, plan, now_.time) - now_.time <= kBoundarySlack) {
      return renewal(now_.time, kPollsForZero);
    }
    if (!late) return std::nullopt;

    const Time due = boundary_at_or_before(zone, plan, now_.time - kBoundarySlack);
    if (cycle_.start >= due - kBoundarySlack) return std::nullopt;
    const Bytes shown = shown_use(now_, cycle_.allocation);
    const bool can_be_new = cycle_.offset.count >= 0 && shown.count >= 0 &&
                            shown <= carried_at_most(now_.time - due, household_) + tolerance_ &&
                            (now_.used || cycle_.allocation);
    // Nobody looked since: meters go back to zero at the boundary, so this one has.
    if (last_.time < due && can_be_new) return renewal(due, 1);
    if (fell_ || too_fast()) return std::nullopt;
    // Somebody looked, and it didn't: the meter runs on.
    Verdict verdict = used();
    verdict.meaning = Meaning::renewal;
    verdict.start = due;
    verdict.allocation = opening_allocation();
    verdict.runs_on = true;
    return verdict;
  }

  Verdict renewal(Time start, unsigned polls_needed) const {
    Verdict verdict;
    verdict.meaning = Meaning::renewal;
    verdict.level = level_;
    verdict.allocation = opening_allocation();
    verdict.start = start;
    verdict.polls_needed = polls_needed;
    if (polls_needed > 1) verdict.doubt = "the meter went back to about zero near the end of the cycle";
    // `opening` of a meter without allocation is unknown, so it begins with nothing.
    if (!now_.used && !cycle_.allocation) return verdict;
    verdict.opening = std::max(Bytes{0}, now_.used ? *now_.used : *verdict.allocation - *now_.remaining);
    if (verdict.opening <= carried_at_most(now_.time - std::min(start, last_.time), household_) + tolerance_)
      return verdict;
    if (scale_ == Scale::used && *now_.used >= *last_.used - tolerance_ && !too_fast()) {
      verdict.runs_on = true;
      return verdict;
    }
    verdict.too_fast = true;
    verdict.polls_needed = kPollsForImplausible;
    verdict.doubt = "a new cycle shows more use than the line can have carried";
    return verdict;
  }

  std::optional<Bytes> opening_allocation() const {
    if (!cycle_.allocation) return std::nullopt;
    if (now_.allocation) return now_.allocation;
    return last_.allocation ? last_.allocation : std::optional{*cycle_.allocation - cycle_.top_ups};
  }

  Verdict fallen() const {
    const bool by_used = scale_ == Scale::used;
    const bool clearly = restarted_clearly();
    const bool plan_untold = household_.plan.cycle == CycleKind::plan && !told();
    if (clearly && plan_untold && (!cycle_.known() || now_.time >= cycle_.end - kBoundarySlack)) {
      return renewal(cycle_.known() ? std::clamp(cycle_.end, last_.time, now_.time) : last_.time, kPollsForZero);
    }
    // The expiry moved on first and the balance follows.
    if (clearly && household_.plan.cycle == CycleKind::plan &&
        cycle_.end - cycle_.start > household_.plan.length * 3 / 2) {
      return renewal(last_.time, 1);
    }
    // The balance of a line that tells its expiry comes back by a top-up as long as the expiry stays.
    if (clearly && (by_used || !told())) {
      Verdict verdict;
      verdict.meaning = Meaning::reset;
      verdict.level = cycle_.used + std::max(Bytes{0}, shown_on(*scale_, now_, cycle_.allocation));
      verdict.polls_needed = kPollsForZero;
      verdict.doubt = "the meter went back to about zero in the middle of the cycle";
      return verdict;
    }
    Verdict verdict;
    verdict.meaning = Meaning::refund;
    verdict.level = level_;
    if (by_used) return verdict;
    const Bytes rise = cycle_.used - level_ - cycle_.uncounted;  // what a broken meter took comes back first
    if (rise <= tolerance_ || rise < percent_of(cycle_.used - cycle_.uncounted)) return verdict;
    verdict.meaning = Meaning::use;
    verdict.top_up = rise;
    verdict.level = level_ + rise;
    if (clearly) {
      verdict.polls_needed = kPollsForZero;
      verdict.doubt = "the whole balance came back: the expiry may still follow";
    }
    return doubt_huge_rise(verdict);
  }

  Verdict used() const {
    Verdict verdict;
    verdict.level = level_;
    if (came_back()) {
      verdict.level = shown_use(now_, cycle_.allocation);
      return verdict;
    }
    if (too_fast()) {
      verdict.too_fast = true;
      const bool zero = now_.remaining && *now_.remaining <= now_.resolution;
      verdict.polls_needed = zero ? kPollsForZero : kPollsForImplausible;
      verdict.doubt = zero ? "the meter went to zero at once" : "the meter moved faster than the line can carry";
      return verdict;
    }
    // At zero nothing falls any more, however much is used.
    if (scale_ == Scale::used && last_.remaining && now_.remaining && *now_.remaining > now_.resolution) {
      const Bytes rise =
          *now_.remaining - *last_.remaining + *now_.used - *last_.used - std::max(Bytes{0}, before_.allocation_told);
      if (rise > tolerance_ && rise >= percent_of(cycle_.used)) {
        verdict.top_up = rise;
        return doubt_huge_rise(verdict);
      }
    }
    return verdict;
  }

  // A meter that comes back from a reset or from the dead shows what it would have shown without, all at once.
  bool came_back() const {
    const Bytes shown = shown_use(now_, cycle_.allocation);
    if (cycle_.offset <= tolerance_ || shown < cycle_.used - tolerance_ || shown - cycle_.used > since_moved_)
      return false;
    const bool alone = last_.used && now_.used && last_.remaining && now_.remaining &&
                       (*now_.used - *last_.used) - (*last_.remaining - *now_.remaining) > tolerance_;
    return alone || too_fast();
  }

  // More than twice the allocation at once is a change of the unit until it has been seen often enough.
  Verdict doubt_huge_rise(Verdict verdict) const {
    if (cycle_.allocation && *now_.remaining > times_two(*cycle_.allocation)) {
      verdict.polls_needed = kPollsForImplausible;
      verdict.doubt = "the balance rose to more than twice the allocation";
    }
    return verdict;
  }

  bool too_fast() const {
    return (last_.used && now_.used && *now_.used - *last_.used > since_moved_) ||
           (last_.remaining && now_.remaining && *last_.remaining - *now_.remaining > since_moved_);
  }

  const MeterBefore& before_;
  const Cycle& cycle_;
  const MeterPoint& last_;
  const MeterPoint& now_;
  const Household& household_;
  const seconds expiry_resolution_;
  const Bytes tolerance_;
  const Bytes since_moved_;  // the most that can have been used since the meter last moved
  const Bytes since_last_;   // the same since the last reading
  const Bytes level_before_;
  std::optional<Scale> scale_;  // absent: the two points have nothing in common
  Bytes level_;
  bool fell_ = false;
};

}  // namespace

Bytes carried_at_most(seconds elapsed, const Household& household) {
  const double bytes = static_cast<double>(household.speed_bits_per_second) / 8 *
                       static_cast<double>(std::max<std::int64_t>(0, elapsed.count())) * 1.2;
  return bytes < static_cast<double>(kMaxPlausible.count) ? Bytes{static_cast<std::int64_t>(bytes)} : kMaxPlausible;
}

Verdict judge(const MeterBefore& before, const MeterPoint& now, seconds expiry_resolution, const Household& household) {
  return Change(before, now, expiry_resolution, household).judge();
}

bool follows_by_use(const MeterPoint& first, const MeterPoint& second, const Household& household) {
  const Bytes tolerance = tolerance_between(first, second);
  const Bytes limit = carried_at_most(elapsed_between(first.time, first, second), household) + tolerance;
  const auto fits = [&](Bytes use) { return use >= Bytes{0} - tolerance && use <= limit; };
  bool compared = false;
  if (first.used && second.used) {
    compared = true;
    if (!fits(*second.used - *first.used)) return false;
  }
  if (first.remaining && second.remaining) {
    compared = true;
    if (!fits(*first.remaining - *second.remaining)) return false;
  }
  return compared;
}

Bytes shown_use(const MeterPoint& point, const std::optional<Bytes>& allocation) {
  return shown_on(point.used ? Scale::used : Scale::remaining, point, allocation);
}

}  // namespace taara
