// SPDX-License-Identifier: Apache-2.0
#include "core/track_record.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace taara {
namespace {

constexpr unsigned kDays = 60;
constexpr std::uint64_t kDaysMask = (std::uint64_t{1} << kDays) - 1;
constexpr std::size_t kForecasts = 62;
constexpr std::size_t kCycles = 12;
constexpr std::size_t kCyclesThatCount = 3;
constexpr unsigned kFewest = 10;
constexpr double kTooLow = 0.6;  // of 0.8 that a band should hold
constexpr double kRecovered = 0.75;
constexpr double kStep = 1.05;  // a day
constexpr double kWidest = 3;

constexpr date::days kSameCycle{2};  // a line that tells days only may move a cycle's start a little

bool is_of(const TrackRecord& record, Time cycle_start) {
  return record.cycle && *record.cycle - cycle_start < kSameCycle && cycle_start - *record.cycle < kSameCycle;
}

bool holds(const Predictive& band, double value) { return value >= band.p10 && value <= band.p90; }

}  // namespace

std::optional<double> TrackRecord::error_ratio() const {
  if (cycles.empty()) return std::nullopt;
  const std::size_t count = std::min(kCyclesThatCount, cycles.size());
  double sum = 0;
  for (std::size_t i = cycles.size() - count; i < cycles.size(); ++i) sum += static_cast<double>(cycles[i].error);
  return sum / static_cast<double>(count);
}

std::optional<double> TrackRecord::coverage_ratio() const {
  auto inside = static_cast<unsigned>(std::popcount(days_inside & kDaysMask));
  unsigned count = days;
  for (std::size_t i = cycles.size() - std::min(kCyclesThatCount, cycles.size()); i < cycles.size(); ++i) {
    inside += cycles[i].inside;
    count += cycles[i].forecasts;
  }
  if (count < kFewest) return std::nullopt;
  return static_cast<double>(inside) / static_cast<double>(count);
}

void score_day(TrackRecord& record, std::optional<double> used, const std::optional<Predictive>& next) {
  if (record.today && used) {
    record.days_inside = ((record.days_inside << 1U) | (holds(*record.today, *used) ? 1U : 0U)) & kDaysMask;
    record.days = std::min(record.days + 1, kDays);
  }
  record.today = next;
  const std::optional<double> coverage = record.coverage_ratio();
  if (!coverage) return;
  if (*coverage < kTooLow)
    record.widening = std::min(kWidest, record.widening * kStep);
  else if (*coverage >= kRecovered)
    record.widening = std::max(1.0, record.widening / kStep);
}

void note_cycle_forecast(TrackRecord& record, Time cycle_start, const Predictive& end) {
  if (!is_of(record, cycle_start)) {
    record.cycle = cycle_start;
    record.forecasts.clear();
  }
  if (record.forecasts.size() < kForecasts) record.forecasts.push_back(end);
}

void score_cycle(TrackRecord& record, Time cycle_start, double used) {
  if (!is_of(record, cycle_start)) return;
  if (!record.forecasts.empty() && used > 0) {
    CycleScore score{.start = cycle_start};
    for (const Predictive& forecast : record.forecasts) {
      ++score.forecasts;
      score.inside = static_cast<std::uint16_t>(score.inside + (holds(forecast, used) ? 1 : 0));
      score.error += static_cast<float>(std::abs(forecast.p50 - used) / used);
    }
    score.error /= static_cast<float>(score.forecasts);
    record.cycles.push_back(score);
    if (record.cycles.size() > kCycles) record.cycles.erase(record.cycles.begin());
  }
  record.cycle.reset();
  record.forecasts.clear();
}

}  // namespace taara
