// SPDX-License-Identifier: Apache-2.0
#include "line_sim/plan.h"

#include <date/date.h>

#include <algorithm>

namespace taara::line_sim {
namespace {

enum Draw : std::uint64_t { draw_first = 100, draw_late, draw_late_by, draw_top_up };

constexpr Time kFirstPurchase = kEarliest - 2 * kPlanLength;
constexpr std::size_t kPastKept = 3;
constexpr unsigned kTopUpsPerCycle = 2;

date::year_month_day local_date(Time at) { return date::floor<date::days>(at + kLocalOffset); }

// Midnight UTC+3 of the reset day in this month; day 31 means the last one.
Time reset_in(date::year_month month, unsigned day) {
  const date::year_month_day_last last = month / date::last;
  const date::day wanted = std::min(date::day{day}, last.day());
  return Time{date::sys_days{month / wanted}} - kLocalOffset;
}

Time month_start(Time at, unsigned day) {
  const date::year_month_day today = local_date(at);
  const date::year_month month = today.year() / today.month();
  const Time reset = reset_in(month, day);
  return reset <= at ? reset : reset_in(month - date::months{1}, day);
}

Time month_end(Time start, unsigned day) {
  const date::year_month_day first = local_date(start);
  return reset_in(first.year() / first.month() + date::months{1}, day);
}

}  // namespace

Plan::Plan(const Family& family, std::uint64_t seed, unsigned household, const PlanRules& rules, Time now)
    : rules_(rules), seed_(seed), household_(household) {
  // Purchases don't depend on usage, so the cycle before the current one is found without simulating all of them.
  Time start;
  if (rules_.cycle == CycleKind::monthly) {
    start = month_start(month_start(now, rules_.cycle_day) - seconds{1}, rules_.cycle_day);
  } else {
    start = kFirstPurchase + seconds{chance(seed, household, draw_first, 0) % seconds{kPlanLength}.count()};
  }
  begin_cycle(start);
  if (rules_.cycle == CycleKind::plan) {
    Time next = purchase_after(start + kPlanLength, cycle_number_);
    Time after_next = purchase_after(next + kPlanLength, cycle_number_ + 1);
    while (after_next <= now) {
      ++cycle_number_;
      begin_cycle(next);
      next = after_next;
      after_next = purchase_after(next + kPlanLength, cycle_number_ + 1);
    }
  }
  time_ = meter_.purchased;
  counting_since_ = time_;
  advance(family, now);
}

// Most buy again at once, some some minutes and a few some hours late.
Time Plan::purchase_after(Time expires, std::int64_t cycle_number) const {
  if (rules_.cycle == CycleKind::monthly || rules_.punctual) return expires;
  const double mood = chance_ratio(seed_, household_, draw_late, cycle_number);
  const double by = chance_ratio(seed_, household_, draw_late_by, cycle_number);
  if (mood < 0.6) return expires;
  const double late = mood < 0.85 ? 120 + 1800 * by : 3600 + 8 * 3600 * by;
  return expires + seconds{static_cast<std::int64_t>(late)};
}

void Plan::begin_cycle(Time at) {
  meter_.purchased = at;
  meter_.expires = rules_.cycle == CycleKind::monthly ? month_end(at, rules_.cycle_day) : at + kPlanLength;
  meter_.active = true;
  meter_.allocation = rules_.allocation;
  meter_.used = 0;
  top_ups_ = 0;
}

void Plan::next_cycle(Time at) {
  past_.insert(past_.begin(), {meter_.purchased, meter_.remaining()});
  if (past_.size() > kPastKept) past_.pop_back();
  ++cycle_number_;
  begin_cycle(at);
}

// Some families add a tenth when little is left, in daytime, unless the plan ends soon anyway.
void Plan::maybe_top_up() {
  if (rules_.cycle == CycleKind::monthly || top_ups_ >= kTopUpsPerCycle) return;
  if (meter_.remaining() > rules_.allocation / 20 || meter_.expires - time_ < std::chrono::hours{24}) return;
  const auto local_hour = ((time_.time_since_epoch() + kLocalOffset) / std::chrono::hours{1}) % 24;
  if (local_hour < 8 || local_hour > 22) return;
  if (chance_ratio(seed_, household_, draw_top_up, cycle_number_) < 0.7) {
    ++top_ups_;
    top_up(rules_.allocation / 10);
  }
}

void Plan::advance(const Family& family, Time to) {
  to = std::min(to, kLatest);
  while (time_ < to) {
    // Decisions fall on full hours, expiry and purchase, wherever the steps end: so the path doesn't matter.
    const Time next_hour = std::chrono::floor<std::chrono::hours>(time_) + std::chrono::hours{1};
    const Time bought = purchase_after(meter_.expires, cycle_number_);
    const Time event = meter_.active ? meter_.expires : bought;
    const Time next = std::max(time_, std::min({to, next_hour, event}));
    if (meter_.active && !frozen_) use(family.bytes_between(time_, next));
    time_ = next;
    if (time_ >= meter_.expires) meter_.active = false;
    if (!meter_.active && time_ >= bought) next_cycle(bought);
    if (meter_.active && !frozen_ && time_ == next_hour) maybe_top_up();
  }
}

void Plan::top_up(std::int64_t bytes) { meter_.allocation += bytes; }

void Plan::renew() {
  if (rules_.cycle == CycleKind::monthly) {
    meter_.used = 0;
    return;
  }
  next_cycle(time_);
}

void Plan::use(std::int64_t bytes) {
  const std::int64_t taken = std::min(bytes, meter_.remaining());
  meter_.used += taken;
  consumed_ += taken;
}

bool Plan::set_used(std::int64_t bytes) {
  if (bytes < 0 || bytes > meter_.allocation) return false;
  consumed_ += std::max<std::int64_t>(0, bytes - meter_.used);
  meter_.used = bytes;
  return true;
}

std::string balance_text(std::int64_t bytes) {
  const bool small = bytes > 0 && bytes < 1'000'000'000;
  const std::int64_t tenth = small ? 100'000 : 100'000'000;
  const std::int64_t tenths = (bytes + tenth / 2) / tenth;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + (small ? " MB" : " GB");
}

std::string expires_text(Time expires, Time now) {
  const auto days = std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::days>(expires - now).count());
  return std::to_string(days) + (days == 1 ? " day" : " days");
}

}  // namespace taara::line_sim
