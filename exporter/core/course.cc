// SPDX-License-Identifier: Apache-2.0
#include "core/course.h"

#include <algorithm>
#include <cmath>

#include "core/calendar.h"

namespace taara {
namespace {

// Share of a day's use that is over at `time`.
double share_passed(const HourHabit& hours, const LocalDay& day, Time time) {
  const double position =
      24 * static_cast<double>((time - day.start).count()) / static_cast<double>((day.end - day.start).count());
  const auto hour = static_cast<std::size_t>(std::clamp(position, 0.0, 23.999999));
  double passed = 0;
  for (std::size_t i = 0; i < hour; ++i) passed += hours[i];
  return passed + hours[hour] * (position - static_cast<double>(hour));
}

Time time_at_share(const HourHabit& hours, const LocalDay& day, double share) {
  double position = 24;
  double passed = 0;
  for (std::size_t i = 0; i < hours.size(); ++i) {
    if (passed + hours[i] > share) {
      position = static_cast<double>(i) + (share - passed) / hours[i];
      break;
    }
    passed += hours[i];
  }
  const double length = static_cast<double>((day.end - day.start).count());
  return day.start + seconds{static_cast<std::int64_t>(std::clamp(position / 24, 0.0, 1.0) * length)};
}

double weight_of(const WeekdayHabit& weekdays, date::local_days date) {
  return weekdays[date::weekday{date}.c_encoding()];
}

double weight_of_days(const WeekdayHabit& weekdays, date::local_days from, date::local_days until) {
  const auto days = (until - from).count();
  const auto over = days % 7;  // a whole week is seven units
  auto units = static_cast<double>(days - over);
  for (auto date = from; date < from + date::days{over}; date += date::days{1}) units += weight_of(weekdays, date);
  return units;
}

}  // namespace

Stretch stretch_between(const date::time_zone& zone, const WeekdayHabit& weekdays, const HourHabit& hours, Time from,
                        Time until) {
  if (until <= from) return {};
  const LocalDay first = local_day(zone, from);
  const LocalDay last = local_day(zone, until);
  const auto part = [](const LocalDay& day, Time time) {
    return static_cast<double>((time - day.start).count()) / static_cast<double>((day.end - day.start).count());
  };
  const double days = static_cast<double>((last.date - first.date).count()) + part(last, until) - part(first, from);
  const double units = weight_of_days(weekdays, first.date, last.date) +
                       weight_of(weekdays, last.date) * share_passed(hours, last, until) -
                       weight_of(weekdays, first.date) * share_passed(hours, first, from);
  return {.units = std::max(0.0, units), .days = std::max(0.0, days)};
}

Time time_after(const date::time_zone& zone, const WeekdayHabit& weekdays, const HourHabit& hours, Time from,
                double units, Time until) {
  if (until <= from || !(units > 0)) return std::min(from, until);
  const LocalDay first = local_day(zone, from);
  const LocalDay last = local_day(zone, until);
  units += weight_of(weekdays, first.date) * share_passed(hours, first, from);
  auto date = first.date;
  for (; date < last.date && units >= weight_of(weekdays, date); date += date::days{1})
    units -= weight_of(weekdays, date);
  if (date > last.date) return until;
  const double weight = weight_of(weekdays, date);
  const Time start = first_moment(zone, date::local_seconds{date});
  const LocalDay day{date, start, first_moment(zone, date::local_seconds{date + date::days{1}})};
  const Time there = weight > 0 ? time_at_share(hours, day, units / weight) : day.end;
  return std::clamp(there, from, until);
}

}  // namespace taara
