// SPDX-License-Identifier: Apache-2.0
#include "core/calendar.h"

#include <algorithm>

namespace taara {
namespace {

using std::chrono::hours;

date::local_seconds local_time(const date::time_zone& zone, Time time) {
  return date::local_seconds{time.time_since_epoch()} + zone.get_info(time).offset;
}

date::year_month month_of(const date::time_zone& zone, Time time) {
  const date::year_month_day day{date::floor<date::days>(local_time(zone, time))};
  return day.year() / day.month();
}

}  // namespace

Time first_moment(const date::time_zone& zone, date::local_seconds local) {
  // No zone is more than 15:14 h ahead of UTC, so the local clock is still before `local` here.
  Time from = Time{local.time_since_epoch()} - hours{26};
  for (;;) {
    const auto info = zone.get_info(from);
    const Time there = Time{local.time_since_epoch()} - info.offset;
    if (there < info.end) return std::max(there, from);
    from = info.end;
  }
}

LocalDay local_day(const date::time_zone& zone, Time time) {
  auto date = date::floor<date::days>(local_time(zone, time));
  Time end = first_moment(zone, date + date::days{1});
  // Where clocks go back over midnight, the new date has begun although the clock shows the old one again.
  while (end <= time) {
    date += date::days{1};
    end = first_moment(zone, date + date::days{1});
  }
  return {date, first_moment(zone, date), end};
}

LocalHour local_hour(const date::time_zone& zone, Time time) {
  const auto info = zone.get_info(time);
  const auto local = date::local_seconds{time.time_since_epoch()} + info.offset;
  const auto begun = date::floor<hours>(local);
  const Time start = time - (local - begun);
  return {std::max(start, Time{info.begin}), std::min(start + hours{1}, Time{info.end}),
          static_cast<unsigned>((begun - date::floor<date::days>(begun)).count())};
}

unsigned local_weekday(const date::time_zone& zone, Time time) {
  return date::weekday{date::floor<date::days>(local_time(zone, time))}.c_encoding();
}

double days_between(const date::time_zone& zone, Time from, Time to) {
  if (to <= from) return 0;
  const LocalDay first = local_day(zone, from);
  const LocalDay last = local_day(zone, to);
  const auto part = [](const LocalDay& day, Time time) {
    return static_cast<double>((time - day.start).count()) / static_cast<double>((day.end - day.start).count());
  };
  return static_cast<double>((last.date - first.date).count()) + part(last, to) - part(first, from);
}

Time monthly_boundary(const date::time_zone& zone, const Plan& plan, date::year_month month) {
  const auto last = date::year_month_day_last{month.year(), date::month_day_last{month.month()}}.day();
  const auto day = std::min(date::day{std::clamp(plan.day, 1U, 31U)}, last);
  return first_moment(zone, date::local_days{month / day} + plan.at);
}

Time boundary_at_or_before(const date::time_zone& zone, const Plan& plan, Time time) {
  auto month = month_of(zone, time) + date::months{1};
  Time boundary = monthly_boundary(zone, plan, month);
  while (boundary > time) boundary = monthly_boundary(zone, plan, month -= date::months{1});
  return boundary;
}

Time boundary_after(const date::time_zone& zone, const Plan& plan, Time time) {
  auto month = month_of(zone, time) - date::months{1};
  Time boundary = monthly_boundary(zone, plan, month);
  while (boundary <= time) boundary = monthly_boundary(zone, plan, month += date::months{1});
  return boundary;
}

}  // namespace taara
