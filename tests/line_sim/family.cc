// SPDX-License-Identifier: Apache-2.0
#include "line_sim/family.h"

#include <algorithm>
#include <cmath>

namespace taara::line_sim {
namespace {

enum Draw : std::uint64_t {
  draw_month,
  draw_weekend,
  draw_phase,
  draw_taste,
  draw_day,
  draw_hour,
  draw_drift,
  draw_burst,
  draw_burst_size,
  draw_burst_hour,
  draw_freak,
  draw_holiday
};

constexpr std::int64_t kSecondsPerHour = 3600;
// Families don't get the very last bit out of a line.
constexpr double kFullestHour = 0.9 * static_cast<double>(kLineBytesPerSecond * kSecondsPerHour);

std::uint64_t mix(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - static_cast<std::int64_t>(a % b < 0); }

// Close to a standard normal and never beyond 3.5: the sum of four even draws.
double bell(std::uint64_t bits) {
  double sum = 0;
  for (unsigned shift = 0; shift < 64; shift += 16) sum += static_cast<double>((bits >> shift) & 0xffffU) / 65536.0;
  return (sum - 2.0) * std::sqrt(3.0);
}

// Varies around a mean of 1.
double varied(std::uint64_t bits, double sigma) { return std::exp(sigma * bell(bits) - sigma * sigma / 2); }

// Quiet nights, a rise after school, the peak between 20 and 23.
constexpr std::array<double, 24> kUsualHours{0.9, 0.5,  0.3, 0.2, 0.15, 0.2, 0.35, 0.5, 0.6, 0.65, 0.7, 0.75,
                                             0.8, 0.85, 0.9, 1.1, 1.3,  1.5, 1.7,  2.0, 2.4, 2.5,  2.1, 1.45};

}  // namespace

std::uint64_t chance(std::uint64_t seed, std::uint64_t household, std::uint64_t what, std::int64_t when) {
  return mix(mix(mix(mix(seed) ^ household) ^ what) ^ static_cast<std::uint64_t>(when));
}

double chance_ratio(std::uint64_t seed, std::uint64_t household, std::uint64_t what, std::int64_t when) {
  return static_cast<double>(chance(seed, household, what, when) >> 11U) / 9007199254740992.0;
}

Family::Family(std::uint64_t seed, unsigned household)
    : seed_(seed),
      household_(household),
      month_bytes_(1e9 * (620 + 400 * chance_ratio(seed, household, draw_month, 0))),
      weekend_(1.1 + 0.3 * chance_ratio(seed, household, draw_weekend, 0)) {
  const auto phase = chance(seed, household, draw_phase, 0) % 3;  // some live an hour earlier or later
  double sum = 0;
  for (std::size_t h = 0; h < habit_.size(); ++h) {
    const double taste = varied(chance(seed, household, draw_taste, static_cast<std::int64_t>(h)), 0.15);
    habit_.at(h) = kUsualHours.at((h + 23 + phase) % 24) * taste;
    sum += habit_.at(h);
  }
  for (double& share : habit_) share *= 24 / sum;
}

// Straight lines between one draw per 30 days.
double Family::drift(std::int64_t local_day) const {
  const std::int64_t knot = floor_div(local_day, 30);
  const double along = static_cast<double>(local_day - knot * 30) / 30.0;
  const double a = bell(chance(seed_, household_, draw_drift, knot));
  const double b = bell(chance(seed_, household_, draw_drift, knot + 1));
  return std::exp(0.06 * (a + (b - a) * along));
}

const Family::DayMood& Family::mood(std::int64_t local_day) const {
  if (local_day != mood_day_) {
    mood_ = new_mood(local_day);
    mood_day_ = local_day;
  }
  return mood_;
}

Family::DayMood Family::new_mood(std::int64_t local_day) const {
  const std::int64_t year = floor_div(local_day, 365);
  const std::int64_t day_of_year = local_day - year * 365;
  const std::int64_t weekday = (local_day + 4) % 7;  // 1970-01-01 was a Thursday; 0 is Sunday
  const bool weekend = weekday == 0 || weekday == 6;
  const double week_mean = (5 + 2 * weekend_) / 7;

  DayMood day{};
  day.level = month_bytes_ / 30 / 24 * 0.92;  // the rest comes as bursts
  day.level *= (weekend ? weekend_ : 1.0) / week_mean;
  day.level *= drift(local_day) * varied(chance(seed_, household_, draw_day, local_day), 0.2);

  const auto holiday = static_cast<std::int64_t>(chance(seed_, household_, draw_holiday, year) % 358);
  const auto freak = static_cast<std::int64_t>(chance(seed_, household_, draw_freak, year) % 365);
  const bool away = day_of_year >= holiday && day_of_year < holiday + 7;
  if (away) day.level *= 0.25;
  if (day_of_year == freak) day.level *= 3.5;

  if (!away && chance_ratio(seed_, household_, draw_burst, local_day) < 0.11) {
    const double bytes = 1e9 * (8 + 24 * chance_ratio(seed_, household_, draw_burst_size, local_day));
    const auto hours = static_cast<int>(bytes / 12e9) + 1;
    day.burst_from = 8 + static_cast<int>(chance(seed_, household_, draw_burst_hour, local_day) % 13);
    day.burst_to = day.burst_from + hours;
    day.burst_bytes_per_hour = bytes / hours;
  }
  return day;
}

std::int64_t Family::hour_bytes(std::int64_t hour) const {
  const std::int64_t local_hour = hour + kLocalOffset.count();
  const std::int64_t local_day = floor_div(local_hour, 24);
  const auto hour_of_day = static_cast<int>(local_hour - local_day * 24);
  const DayMood& day = mood(local_day);
  double bytes = day.level * habit_.at(static_cast<std::size_t>(hour_of_day));
  bytes *= varied(chance(seed_, household_, draw_hour, hour), 0.35);
  if (hour_of_day >= day.burst_from && hour_of_day < day.burst_to) bytes += day.burst_bytes_per_hour;
  return static_cast<std::int64_t>(std::min(bytes, kFullestHour));
}

std::int64_t Family::bytes_between(Time from, Time to) const {
  std::int64_t sum = 0;
  std::int64_t at = from.time_since_epoch().count();
  const std::int64_t end = to.time_since_epoch().count();
  while (at < end) {
    const std::int64_t hour = floor_div(at, kSecondsPerHour);
    const std::int64_t hour_start = hour * kSecondsPerHour;
    const std::int64_t until = std::min(end, hour_start + kSecondsPerHour);
    const std::int64_t bytes = hour_bytes(hour);
    // Differences of one rounded-down straight line, so that the parts of an hour add up to the hour.
    sum += bytes * (until - hour_start) / kSecondsPerHour - bytes * (at - hour_start) / kSecondsPerHour;
    at = until;
  }
  return sum;
}

}  // namespace taara::line_sim
