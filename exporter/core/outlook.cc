// SPDX-License-Identifier: Apache-2.0
#include "core/outlook.h"

#include <algorithm>

#include "core/calendar.h"
#include "core/cycle.h"
#include "core/median.h"

namespace taara {
namespace {

constexpr std::size_t kFirstDays = 3;   // until so many days are known, the running one helps out ...
constexpr double kLeastOfToday = 0.08;  // ... once about two hours of it have passed
constexpr std::size_t kWeek = 7;
constexpr std::size_t kKnownOfWeek = 5;
constexpr std::size_t kWeeksBefore = 4;

Bytes bytes_of(double amount) {
  return Bytes{static_cast<std::int64_t>(std::clamp(amount, 0.0, static_cast<double>(kMaxPlausible.count)))};
}

// In a household's first days the running day counts as the part of a day that it is.
Level level_at(const Position& position, const Habits& habits, const HourHabit& hours) {
  Level level = habits.level;
  if (level.known >= kFirstDays || !position.used_today || !position.today_since) return level;
  const double part = stretch_between(*position.zone, level.weekday, hours, *position.today_since, position.time).units;
  if (part < kLeastOfToday) return level;
  const double days = static_cast<double>(level.known);
  level.mean = (level.mean * days + *position.used_today) / (days + part);
  level.days += part;
  level.weight_squares = 1 / (days + part);
  level.largest = std::max(level.largest, *position.used_today);
  if (level.known == 0) level.typical = level.mean;
  level.known += 1;
  return level;
}

std::optional<double> mean_of_week(std::span<const float> days) {
  double sum = 0;
  std::size_t known = 0;
  for (const float day : days) {
    if (!is_known(day)) continue;
    sum += static_cast<double>(day);
    ++known;
  }
  if (known < kKnownOfWeek) return std::nullopt;
  return sum / static_cast<double>(known);
}

// The last seven days against the middle one of the weeks before.
std::optional<double> trend_of(std::span<const float> days) {
  std::array<double, kWeeksBefore> weeks{};
  std::size_t count = 0;
  if (days.size() < 2 * kWeek) return std::nullopt;
  const auto latest = mean_of_week(days.last(kWeek));
  days = days.first(days.size() - kWeek);
  for (std::size_t week = 0; week < kWeeksBefore && days.size() >= kWeek; ++week) {
    if (const auto mean = mean_of_week(days.last(kWeek))) weeks[count++] = *mean;
    days = days.first(days.size() - kWeek);
  }
  if (!latest || count < 2) return std::nullopt;
  const double usual = median_of(std::span(weeks).first(count));
  if (!(usual > 0)) return std::nullopt;
  return *latest / usual;
}

}  // namespace

std::optional<seconds> Outlook::safe_time(Quantile level, Time now) const {
  if (!lasts_until) return std::nullopt;
  const Time end = exhaustion[static_cast<std::size_t>(level)].value_or(*lasts_until);
  return std::max(seconds{0}, end - now);
}

Position position_of(const LedgerState& book, const Household& household) {
  Position position;
  position.zone = household.zone;
  if (!book.last || !book.cycle) return position;
  position.time = book.last->time;
  position.used = static_cast<double>(book.cycle->used.count);
  if (book.cycle->known()) {
    position.cycle_start = book.cycle->start;
    position.cycle_end = book.cycle->end;
  }
  // What the line says is left counts, also where used and allocation don't add up.
  if (const auto remaining = remaining_of(*book.cycle, *book.last); remaining && book.cycle->allocation)
    position.allocation = position.used + static_cast<double>(std::max(remaining->count, std::int64_t{0}));
  else if (book.cycle->allocation)
    position.allocation = static_cast<double>(book.cycle->allocation->count);
  if (book.today) {
    position.used_today = static_cast<double>(book.today->used.count);
    position.today_since = std::max(book.today->start, position.time - book.today->covered);
  }
  return position;
}

Outlook look_ahead(const Position& position, const Habits& habits) {
  Outlook outlook;
  outlook.trend = trend_of(habits.days);
  if (position.zone == nullptr || position.time == Time{}) return outlook;
  const HourHabit hours = hour_shares(habits.hours);
  const Level level = level_at(position, habits, hours);
  if (level.known == 0) return outlook;
  const double today = level.weekday[local_weekday(*position.zone, position.time)];
  outlook.typical_day = bytes_of(level.typical * today);
  if (!position.cycle_end || *position.cycle_end <= position.time) return outlook;

  const Stretch ahead = stretch_between(*position.zone, level.weekday, hours, position.time, *position.cycle_end);
  Predictive end = predict(level, habits.errors, ahead.units, ahead.days, habits.record.widening);
  const std::array<double, 3> to_come{end.p10, end.p50, end.p90};
  end.p10 += position.used;
  end.p50 += position.used;
  end.p90 += position.used;
  outlook.cycle_used = end;
  outlook.lasts_until = position.cycle_end;
  if (!position.allocation) return outlook;

  const double left = *position.allocation - position.used;
  const Predictive rest{to_come[0], to_come[1], to_come[2]};
  outlook.crossing_probability = left > 0 ? rest.probability_above(left) : 1;
  outlook.headroom = bytes_of(left - to_come[2]);
  const double typical_use = position.used + level.typical * ahead.units;
  if (typical_use > 0) outlook.efficiency = std::min(1.0, *position.allocation / typical_use);
  for (std::size_t i = 0; i < to_come.size(); ++i) {
    if (left <= 0)
      outlook.exhaustion[i] = position.time;
    else if (to_come[i] > left)
      outlook.exhaustion[i] = time_after(*position.zone, level.weekday, hours, position.time,
                                         ahead.units * (left / to_come[i]), *position.cycle_end);
  }
  return outlook;
}

std::optional<Predictive> day_ahead(const Habits& habits, const Day& day, const date::time_zone& zone) {
  if (habits.level.known == 0) return std::nullopt;
  const Stretch ahead = stretch_between(zone, habits.level.weekday, hour_shares(habits.hours), day.start, day.end);
  return predict(habits.level, habits.errors, ahead.units, ahead.days, habits.record.widening);
}

std::optional<Bytes> estimate_between(const Habits& habits, const date::time_zone& zone, Time from, Time until) {
  if (habits.level.known == 0) return std::nullopt;
  const Stretch gap = stretch_between(zone, habits.level.weekday, hour_shares(habits.hours), from, until);
  return bytes_of(habits.level.typical * gap.units);
}

}  // namespace taara
