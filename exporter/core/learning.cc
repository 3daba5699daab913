// SPDX-License-Identifier: Apache-2.0
#include "core/learning.h"

#include <algorithm>

#include "core/calendar.h"
#include "core/outlook.h"

namespace taara {
namespace {

constexpr std::chrono::minutes kSeenHour{75};  // with a longer gap between readings nobody knows which hour it was

bool learn_days(Habits& habits, const LedgerState& book) {
  bool learned = false;
  for (const Day& day : book.finished_days) {
    if (habits.newest && day.date <= *habits.newest) continue;
    const double length = static_cast<double>((day.end - day.start).count());
    const bool known = static_cast<double>(day.covered.count()) >= kKnownShare * length;
    learn_day(habits, day.date, known ? std::optional(day.used) : std::nullopt);
    learned = true;
  }
  return learned;
}

bool learn_hours(Habits& habits, const LedgerState& book, std::optional<Time> previous, const date::time_zone& zone) {
  const Time now = book.last->time;
  const bool seen = previous && now >= *previous && now - *previous <= kSeenHour;
  if (!habits.hours_until || !seen) {
    const Time next = local_hour(zone, now).end;
    const bool moved = habits.hours_until != next;
    habits.hours_until = next;
    return moved;
  }
  bool learned = false;
  for (LocalHour hour = local_hour(zone, *habits.hours_until); hour.end <= now; hour = local_hour(zone, hour.end)) {
    const auto found = std::find_if(book.hours.rbegin(), book.hours.rend(),
                                    [&](const Hour& candidate) { return candidate.start <= hour.start; });
    const Bytes used = found != book.hours.rend() && found->start == hour.start ? found->used : Bytes{};
    learn_hour(habits.hours, local_weekday(zone, hour.start), hour.hour, hour.end, used);
    habits.hours_until = hour.end;
    learned = true;
  }
  return learned;
}

}  // namespace

bool learn(Habits& habits, const LedgerState& book, const LedgerChange& change, std::optional<Time> previous,
           const Household& household) {
  if (!change.accepted || !book.last || !book.today) return false;
  bool changed = false;
  if (habits.newest && *habits.newest >= book.today->date) {
    forget_days_after(habits, book.today->date - date::days{1});
    habits.hours_until.reset();
    changed = true;
  }
  changed = learn_hours(habits, book, previous, *household.zone) || changed;
  if (change.ended_cycle) {
    score_cycle(habits.record, change.ended_cycle->start, static_cast<double>(change.ended_cycle->used.count));
    changed = true;
  }
  const auto before = habits.newest;
  if (learn_days(habits, book)) {
    changed = true;
    if (before && *habits.newest != *before + date::days{1}) habits.record.today.reset();
    const float yesterday = habits.days.back();
    score_day(habits.record, is_known(yesterday) ? std::optional<double>(yesterday) : std::nullopt,
              day_ahead(habits, *book.today, *household.zone));
    const Outlook outlook = look_ahead(position_of(book, household), habits);
    if (outlook.cycle_used && book.cycle) note_cycle_forecast(habits.record, book.cycle->start, *outlook.cycle_used);
  }
  return changed;
}

}  // namespace taara
