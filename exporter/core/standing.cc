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

std::optional<unsigned> peak_hour(const std::deque<Hour>& hours, const date::time_zone& zone, Time now) {
  std::array<Bytes, 24> sums{};
  std::size_t seen = 0;
  date::sys_info info{};  // kept while it holds: asking the zone for every hour would be most of the work of a scrape
  for (const Hour& hour : hours) {
    if (hour.start <= now - kPeakWindow || hour.start > now) continue;
    if (hour.start < info.begin || hour.start >= info.end) info = zone.get_info(hour.start);
    const auto local = hour.start + info.offset;
    sums.at(static_cast<std::size_t>(
        (date::floor<std::chrono::hours>(local) - date::floor<date::days>(local)).count())) += hour.used;
    ++seen;
  }
  const auto most = std::max_element(sums.begin(), sums.end());
  if (seen < kHoursForPeak || most->count == 0) return std::nullopt;
  return static_cast<unsigned>(most - sums.begin());
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
  standing.peak_hour = peak_hour(state.hours, zone, now);
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
