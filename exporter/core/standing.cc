// SPDX-License-Identifier: Apache-2.0
#include "core/standing.h"

#include <algorithm>

#include "core/calendar.h"
#include "core/cycle.h"

namespace taara {
namespace {

constexpr std::chrono::days kPeakWindow{7};
constexpr std::size_t kHoursForPeak = 24;
constexpr seconds kPollTime{60};  // a poll that is due gets that long before it counts as missing

struct HourOfDay {
  Bytes used;  // in all of them
  Bytes used_whole;
  std::int64_t whole = 0;  // of them, those that were seen from start to end
};
using HoursOfDay = std::array<HourOfDay, 24>;

// Nothing while less than a day of hours is known, or nothing was used in them.
std::optional<HoursOfDay> hours_of_day(const std::deque<Hour>& hours, const date::time_zone& zone, Time read,
                                       Time now) {
  HoursOfDay by_hour{};
  std::size_t seen = 0;
  Bytes all;
  date::sys_info info{};  // kept while it holds: asking the zone for every hour would be most of the work of a scrape
  for (const Hour& hour : hours) {
    if (hour.start <= now - kPeakWindow || hour.start > now) continue;
    if (hour.start < info.begin || hour.start >= info.end) info = zone.get_info(hour.start);
    const auto local = hour.start + info.offset;
    HourOfDay& of_day = by_hour.at(
        static_cast<std::size_t>((date::floor<std::chrono::hours>(local) - date::floor<date::days>(local)).count()));
    of_day.used += hour.used;
    all += hour.used;
    ++seen;
    // The oldest hour on record may be the one in which watching began.
    if (&hour == &hours.front() || hour.start + std::chrono::hours{1} > read) continue;
    of_day.used_whole += hour.used;
    ++of_day.whole;
  }
  if (seen < kHoursForPeak || all.count == 0) return std::nullopt;
  return by_hour;
}

unsigned peak_hour(const HoursOfDay& hours) {
  const auto most = std::max_element(hours.begin(), hours.end(),
                                     [](const HourOfDay& a, const HourOfDay& b) { return a.used < b.used; });
  return static_cast<unsigned>(most - hours.begin());
}

// By the mean of the hours that were seen whole: one that was seldom seen isn't quiet for that. Where several are
// equally quiet (a coarse meter shows whole nights as 0), the first of the longest run of them: what begins then has
// the most quiet time ahead. Of equal runs the earliest after midnight.
std::optional<unsigned> quiet_hour(const HoursOfDay& hours) {
  constexpr std::size_t kDay = std::tuple_size_v<HoursOfDay>;
  std::optional<std::int64_t> least;
  const auto mean = [](const HourOfDay& hour) { return hour.used_whole.count / hour.whole; };
  for (const HourOfDay& hour : hours)
    if (hour.whole > 0) least = std::min(least.value_or(mean(hour)), mean(hour));
  if (!least) return std::nullopt;
  const auto quiet = [&](std::size_t hour) {
    const HourOfDay& at = hours.at(hour % kDay);
    return at.whole > 0 && mean(at) == *least;
  };
  std::size_t longest = 0;
  unsigned first = 0;
  for (unsigned hour = 0; hour < kDay; ++hour) {
    std::size_t run = 0;
    while (run < kDay && quiet(hour + run)) ++run;  // past midnight, too
    if (run <= longest) continue;
    longest = run;
    first = hour;
  }
  return first;
}

// Real days tile time, so the day before ends where its successor starts, whatever its date.
void fill_finished_days(Standing& standing, const std::deque<Day>& days, const date::time_zone& zone, Time before) {
  for (auto& slot : standing.finished_days) {
    const auto found = std::find_if(days.rbegin(), days.rend(), [&](const Day& day) { return day.end == before; });
    if (found != days.rend()) slot = *found;
    before = slot ? slot->start : local_day(zone, before - seconds{1}).start;
  }
}

}  // namespace

Standing stand(const LedgerState& state, const Household& household, Time now) {
  const auto& zone = *household.zone;
  Standing standing;
  standing.local_hour = local_hour(zone, now).hour;
  standing.local_weekday = local_weekday(zone, now);
  const LocalDay today = local_day(zone, now);
  standing.day_start = today.start;
  if (!state.finished_days.empty()) fill_finished_days(standing, state.finished_days, zone, today.start);
  if (!state.last) return standing;
  standing.reading_time = state.last->time;
  if (state.cycle && state.cycle->known() && now < state.cycle->end) {
    standing.cycle_start = state.cycle->start;
    standing.cycle_end = state.cycle->end;
  }
  if (now - state.last->time >= kMeasurementsKept) return standing;

  standing.resolution = state.last->resolution;
  standing.usage_total = state.usage_total;
  standing.streak = state.streak;
  if (const auto hours = hours_of_day(state.hours, zone, state.last->time, now)) {
    standing.peak_hour = peak_hour(*hours);
    standing.quiet_hour = quiet_hour(*hours);
  }
  if (state.moved) standing.meter_unchanged = std::max(seconds{0}, now - *state.moved);
  if (state.cycle) {
    const Cycle& cycle = *state.cycle;
    const bool over = cycle.known() && now >= cycle.end && state.last->time < cycle.end;
    if (!over) {
      standing.allocation = cycle.allocation;
      standing.used = cycle.used;
      standing.remaining = remaining_of(cycle, *state.last);
    }
  }
  if (state.today && state.today->date == today.date) {
    standing.used_today = state.today->used;
    standing.budget_today = state.today->budget;
    if (state.today->budget) standing.left_today = *state.today->budget - state.today->used;
  }
  return standing;
}

std::optional<double> data_quality(std::span<const Time> usable_readings, Time watching_since, seconds interval,
                                   Time now) {
  if (interval.count() <= 0 || watching_since > now) return std::nullopt;
  const Time from = std::max(watching_since, now - std::chrono::hours{24});
  const auto received = std::count_if(usable_readings.begin(), usable_readings.end(),
                                      [&](Time time) { return time >= from && time <= now; });
  const seconds since_first = now - kPollTime - from;
  std::int64_t due = since_first.count() < 0 ? 0 : since_first / interval + 1;
  due = std::max(std::min(due, std::chrono::hours{24} / interval), std::int64_t{received > 0 ? 1 : 0});
  if (due == 0) return std::nullopt;
  return std::min(1.0, static_cast<double>(received) / static_cast<double>(due));
}

}  // namespace taara
