// SPDX-License-Identifier: Apache-2.0
#include "io/store_learning.h"

#include <map>

#include "core/usage_history.h"

namespace taara {
Result<Habits> learn_anew(StoreHistory& history, const Household& household, Time now) {
  const date::time_zone& zone = *household.zone;
  const Time from = now - std::chrono::days{kDaysLearned};
  Habits habits;
  std::map<date::local_days, seconds> seen;  // how much of a day its whole hours cover
  auto hours = history.hours(household.name, from, now, [&](const StoredHour& stored) {
    const LocalHour hour = local_hour(zone, stored.start);
    seconds& covered = seen[local_day(zone, stored.start).date];
    if (stored.known != HourKnowledge::whole) return true;
    covered += hour.end - hour.start;
    learn_hour(habits.hours, local_weekday(zone, stored.start), hour.hour, hour.end, stored.used);
    return true;
  });
  if (!hours) return hours.error();
  auto days = history.days(household.name, from, now, [&](const StoredDay& stored) {
    // A day without hours was imported as a day.
    const auto found = seen.find(stored.date);
    const auto enough = kKnownShare * static_cast<double>((stored.end - stored.start).count());
    const bool known = found == seen.end() || static_cast<double>(found->second.count()) >= enough;
    replay_day(habits, {{stored.date, stored.start, stored.end}, known ? std::optional(stored.used) : std::nullopt},
               zone);
    return true;
  });
  if (!days) return days.error();
  return habits;
}

}  // namespace taara
