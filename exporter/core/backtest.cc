// SPDX-License-Identifier: Apache-2.0
#include "core/backtest.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/calendar.h"
#include "core/median.h"

namespace taara {
namespace {

constexpr std::size_t kRollingLength = 30;
constexpr std::size_t kFewestRatios = 10;
constexpr double kFirstLow = 0.6;  // a plain method's band before it has ten finished cycles to learn one from
constexpr double kFirstHigh = 1.4;
constexpr double kLargestRatio = 10;  // a middle near 0 says nothing of how far off the next one is

double quantile_of(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

struct Window {
  std::size_t start = 0;  // indices of days
  std::size_t end = 0;
};

// Ratios of what came to what a plain method had said, of cycles that are over.
struct PlainBand {
  std::vector<std::pair<std::size_t, double>> ratios;  // when the cycle was over (index of day), ratio

  [[nodiscard]] std::pair<double, double> at(std::size_t now) const {
    std::vector<double> known;
    for (const auto& [over, ratio] : ratios)
      if (over <= now) known.push_back(ratio);
    if (known.size() < kFewestRatios) return {kFirstLow, kFirstHigh};
    return {quantile_of(known, 0.1), quantile_of(known, 0.9)};
  }
};

std::vector<Window> cycles_of(std::span<const PastDay> days, const BacktestPlan& plan) {
  std::vector<Window> cycles;
  for (std::size_t i = 0; i < days.size(); ++i) {
    std::size_t length = kRollingLength;
    if (plan.cycle_day) {
      const Plan monthly{.cycle = CycleKind::monthly, .day = *plan.cycle_day};
      if (boundary_at_or_before(*plan.zone, monthly, days[i].day.start) != days[i].day.start) continue;
      const Time end = boundary_after(*plan.zone, monthly, days[i].day.start);
      length = static_cast<std::size_t>((local_day(*plan.zone, end).date - days[i].day.date).count());
    }
    if (i + length > days.size()) break;
    const auto inside = days.subspan(i, length);
    const bool whole = inside.back().day.date - inside.front().day.date == date::days{length - 1} &&
                       std::all_of(inside.begin(), inside.end(), [](const PastDay& day) { return day.used; });
    if (whole) cycles.push_back({i, i + length});
  }
  return cycles;
}

double sum_of(std::span<const PastDay> days) {
  double sum = 0;
  for (const PastDay& day : days) sum += static_cast<double>(day.used->count);
  return sum;
}

}  // namespace

void backtest(std::span<const UsageInterval> series, std::size_t number, const BacktestPlan& plan,
              const std::function<void(std::size_t done, std::size_t all)>& progress, std::vector<CutOff>& into) {
  if (series.empty()) return;
  const std::vector<PastDay> days = days_of(series, *plan.zone, series.back().end);
  const std::vector<Window> cycles = cycles_of(days, plan);
  std::map<std::pair<unsigned, std::size_t>, PlainBand> bands;  // by cut-off and method
  Habits habits;
  for (std::size_t now = 1; now < days.size(); ++now) {
    replay_day(habits, days[now - 1], *plan.zone);
    progress(now, days.size() - 1);
    for (const Window& cycle : cycles) {
      if (cycle.start >= now || cycle.end <= now) continue;
      const auto day = static_cast<unsigned>(now - cycle.start);
      if (std::find(plan.cut_offs.begin(), plan.cut_offs.end(), day) == plan.cut_offs.end()) continue;
      const std::span all(days);
      const double used = sum_of(all.subspan(cycle.start, now - cycle.start));
      const double to_come = sum_of(all.subspan(now, cycle.end - now));
      CutOff cut{.day = day, .series = number, .methods = {}};
      const Position position{.time = days[now].day.start,
                              .used = used,
                              .allocation = std::nullopt,
                              .cycle_start = days[cycle.start].day.start,
                              .cycle_end = days[cycle.end - 1].day.end,
                              .used_today = std::nullopt,
                              .today_since = std::nullopt,
                              .zone = plan.zone};
      const Predictive nothing{.p10 = used, .p50 = used, .p90 = used};
      cut.methods[0] = {look_ahead(position, habits).cycle_used.value_or(nothing), used + to_come};
      for (std::size_t method = 0; method < kPlainNames.size(); ++method) {
        const double middle = plain_forecast(static_cast<PlainMethod>(method), habits.days, day, cycle.end - now);
        PlainBand& band = bands[{day, method}];
        const auto [low, high] = band.at(now);
        cut.methods[1 + method] = {
            {used + middle * std::min(1.0, low), used + middle, used + middle * std::max(1.0, high)}, used + to_come};
        if (middle > 0) band.ratios.emplace_back(cycle.end, std::min(kLargestRatio, to_come / middle));
      }
      into.push_back(cut);
    }
  }
}

Score score(std::span<const CutOff> cut_offs, std::size_t method, unsigned day) {
  Score score;
  std::vector<double> errors;
  for (const CutOff& cut : cut_offs) {
    if (cut.day != day) continue;
    const Scored& scored = cut.methods.at(method);
    const auto loss = [&](double quantile, double share) {
      const double off = scored.actual - quantile;
      return std::max(share * off, (share - 1) * off);
    };
    errors.push_back(std::abs(scored.end.p50 - scored.actual));
    score.mean_error += errors.back();
    score.within_tenth += errors.back() <= scored.actual / 10 ? 1 : 0;
    score.pinball += (loss(scored.end.p10, 0.1) + loss(scored.end.p50, 0.5) + loss(scored.end.p90, 0.9)) / 3;
    // A band that rounds at the last byte still holds what lies on its edge.
    score.coverage += scored.actual >= scored.end.p10 - 1 && scored.actual <= scored.end.p90 + 1 ? 1 : 0;
  }
  score.count = errors.size();
  if (errors.empty()) return score;
  const auto count = static_cast<double>(errors.size());
  score.median_error = median_of(errors);
  for (double* sum : {&score.mean_error, &score.within_tenth, &score.pinball, &score.coverage}) *sum /= count;
  return score;
}

}  // namespace taara
