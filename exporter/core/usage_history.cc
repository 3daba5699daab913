// SPDX-License-Identifier: Apache-2.0
#include "core/usage_history.h"

#include <algorithm>

#include "core/calendar.h"

namespace taara {
namespace {

constexpr std::chrono::minutes kLongestHour{75};  // what is longer says nothing of single hours

double length_of(Time from, Time until) { return static_cast<double>((until - from).count()); }

Bytes bytes_of(double used) {
  return Bytes{static_cast<std::int64_t>(std::clamp(used, 0.0, static_cast<double>(kMaxPlausible.count)))};
}

// Adds up intervals until the stretch of local time that they lie in is over.
struct Gathered {
  double used = 0;
  double covered = 0;

  void add(const UsageInterval& interval) {
    used += interval.used;
    covered += length_of(interval.start, interval.end);
  }
  [[nodiscard]] bool covers(Time start, Time end) const { return covered >= kKnownShare * length_of(start, end); }
};

Time middle_of(const UsageInterval& interval) { return interval.start + (interval.end - interval.start) / 2; }

bool is_over(const UsageInterval& interval, Time until) {
  return interval.end <= until && interval.end > interval.start;
}

void learn_hours(Habits& habits, std::span<const UsageInterval> intervals, const date::time_zone& zone, Time until) {
  std::optional<LocalHour> hour;
  Gathered gathered;
  const auto finish = [&] {
    if (hour && hour->end <= until && gathered.covers(hour->start, hour->end))
      learn_hour(habits.hours, local_weekday(zone, hour->start), hour->hour, hour->end, bytes_of(gathered.used));
  };
  for (const UsageInterval& interval : intervals) {
    if (!is_over(interval, until) || interval.end - interval.start > kLongestHour) continue;
    if (!hour || middle_of(interval) >= hour->end) {
      finish();
      hour = local_hour(zone, middle_of(interval));
      gathered = {};
    }
    gathered.add(interval);
  }
  finish();
}

}  // namespace

std::vector<PastDay> days_of(std::span<const UsageInterval> intervals, const date::time_zone& zone, Time until) {
  std::vector<PastDay> days;
  std::optional<LocalDay> day;
  Gathered gathered;
  const auto finish = [&] {
    if (!day || day->end > until) return;
    const double scale = std::max(1.0, length_of(day->start, day->end) / std::max(1.0, gathered.covered));
    const bool known = gathered.covers(day->start, day->end);
    days.push_back({*day, known ? std::optional(bytes_of(gathered.used * scale)) : std::nullopt});
  };
  for (const UsageInterval& interval : intervals) {
    if (!is_over(interval, until)) continue;
    if (!day || middle_of(interval) >= day->end) {
      finish();
      day = local_day(zone, middle_of(interval));
      gathered = {};
    }
    gathered.add(interval);
  }
  finish();
  return days;
}

void replay_day(Habits& habits, const PastDay& day, const date::time_zone& zone) {
  // What was forecast for a day that nobody saw isn't held against a later one.
  if (habits.newest && day.day.date != *habits.newest + date::days{1}) habits.record.today.reset();
  learn_day(habits, day.day.date, day.used);
  const Day next{.date = day.day.date + date::days{1},
                 .start = day.day.end,
                 .end = first_moment(zone, date::local_seconds{day.day.date + date::days{2}}),
                 .budget = std::nullopt,
                 .used = {}};
  score_day(habits.record, day.used ? std::optional(static_cast<double>(day.used->count)) : std::nullopt,
            day_ahead(habits, next, zone));
}

Habits replay(std::span<const UsageInterval> intervals, const date::time_zone& zone, Time until) {
  Habits habits;
  for (const PastDay& day : days_of(intervals, zone, until)) replay_day(habits, day, zone);
  learn_hours(habits, intervals, zone, until);
  return habits;
}

Position position_in(std::span<const UsageInterval> intervals, const date::time_zone& zone, Time start, Time end,
                     Time now) {
  Position position;
  position.zone = &zone;
  position.time = start;
  position.cycle_start = start;
  position.cycle_end = end;
  for (const UsageInterval& interval : intervals) {
    if (interval.end > now || interval.end <= start) continue;
    const Time from = std::max(interval.start, start);
    position.used += interval.used * length_of(from, interval.end) / length_of(interval.start, interval.end);
    position.time = interval.end;
  }
  const LocalDay today = local_day(zone, position.time);
  double used = 0;
  for (const UsageInterval& interval : intervals) {
    if (interval.end > now || interval.start < today.start) continue;
    if (!position.today_since) position.today_since = interval.start;
    used += interval.used;
  }
  if (position.today_since) position.used_today = used;
  return position;
}

}  // namespace taara
