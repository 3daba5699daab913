// SPDX-License-Identifier: Apache-2.0
// What is to come: the forecast, what follows from it, and how good forecasts have been.
#include "core/metrics_tables.h"
#include "core/verdict.h"

namespace taara {
namespace {

using enum MetricType;

constexpr std::chrono::hours kHourIsRecent{2};

void write_cycle_used(const HouseholdOnPage& h, Exposition& page) {
  if (!h.outlook.cycle_used) return;
  const Predictive& end = *h.outlook.cycle_used;
  const std::array<double, 3> levels{end.p10, end.p50, end.p90};
  for (std::size_t i = 0; i < levels.size(); ++i)
    page.sample(h.labels, {{"level", kQuantileNames[i]}}, static_cast<std::int64_t>(levels[i]));
}

void write_safe_time(const HouseholdOnPage& h, Exposition& page) {
  for (std::size_t i = 0; i < kQuantileNames.size(); ++i) {
    const auto time = h.outlook.safe_time(static_cast<Quantile>(i), h.now);
    if (time) page.sample(h.labels, {{"level", kQuantileNames[i]}}, time->count());
  }
}

void write_exhaustion(const HouseholdOnPage& h, Exposition& page) {
  for (std::size_t i = 0; i < kQuantileNames.size(); ++i) {
    const auto& moment = h.outlook.exhaustion[i];
    if (moment) page.sample(h.labels, {{"level", kQuantileNames[i]}}, moment->time_since_epoch().count());
  }
}

void write_status(const HouseholdOnPage& h, Exposition& page) {
  const auto now = status_word(h);
  if (!now) return;
  for (const std::string_view word : kEfficiencyWords) page.sample(h.labels, {{"status", word}}, word == *now);
}

const UnusualUse* last_hour(const HouseholdOnPage& h) {
  if (!h.fresh || !h.view.habits || !h.view.habits->hours.last) return nullptr;
  const UnusualUse& last = *h.view.habits->hours.last;
  return last.end <= h.now && h.now - last.end < kHourIsRecent ? &last : nullptr;
}

constexpr HouseholdMetric kOutlookMetrics[] = {
    {{"taara_typical_day_bytes", gauge,
      "What a day like today usually takes: the median day, by habit of the weekday."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.outlook.typical_day) page.sample(h.labels, h.outlook.typical_day->count);
     }},
    {{"taara_forecast_cycle_used_bytes", gauge,
      "What this cycle is forecast to have used at its end; it stays at or under level p90 nine times in ten. Held "
      "between polls."},
     write_cycle_used},
    {{"taara_cap_crossing_probability_ratio", gauge,
      "Probability that the data is gone before the cycle ends, 0 to 1. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.outlook.crossing_probability) page.sample(h.labels, *h.outlook.crossing_probability);
     }},
    {{"taara_safe_time_seconds", gauge,
      "Time until the data is gone at the pace of that level, or until the cycle ends where it lasts."},
     write_safe_time},
    {{"taara_exhaustion_timestamp_seconds", gauge,
      "When the data is gone at the pace of that level. Held between polls."},
     write_exhaustion},
    {{"taara_download_headroom_bytes", gauge,
      "Largest download that can start now and keep the probability of using up the data at or under 10 percent. Held "
      "between polls."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.outlook.headroom) page.sample(h.labels, h.outlook.headroom->count);
     }},
    {{"taara_efficiency_ratio", gauge,
      "Allocation over what typical days would use up by the end of the cycle, at most 1. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.outlook.efficiency) page.sample(h.labels, *h.outlook.efficiency);
     }},
    {{"taara_status", gauge,
      "1 for the word that tells how it stands, 0 for the others: the efficiency's, but caution at best where the data "
      "runs out before the cycle at the usual pace, and concern once it is used up. Held between polls."},
     write_status},
    {{"taara_usage_trend_ratio", gauge, "Use of the last 7 finished days over a usual week of the 4 before."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.outlook.trend) page.sample(h.labels, *h.outlook.trend);
     }},
    {{"taara_hour_used_bytes", gauge, "Data used in the last finished local hour."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (const UnusualUse* last = last_hour(h)) page.sample(h.labels, last->used.count);
     }},
    {{"taara_hour_usual_bytes", gauge, "What that hour of the week usually uses."},
     [](const HouseholdOnPage& h, Exposition& page) {
       const UnusualUse* last = last_hour(h);
       if (last != nullptr && last->usual) page.sample(h.labels, last->usual->count);
     }},
    {{"taara_unusual_use_score", gauge,
      "How far the last finished hour was above what that hour of the week usually is, in robust standard deviations; "
      "from 3.5 up it is unusual, if it also is 1 GB above the usual."},
     [](const HouseholdOnPage& h, Exposition& page) {
       const UnusualUse* last = last_hour(h);
       if (last != nullptr && last->score) page.sample(h.labels, *last->score);
     }},
    {{"taara_estimated_used_bytes", gauge,
      "While the line cannot be read: data used in this cycle as last measured, plus what habit says was used since."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.estimated_used) page.sample(h.labels, h.estimated_used->count);
     }},
    {{"taara_forecast_error_ratio", gauge,
      "Mean error of the forecasts of the last 3 finished cycles, over what these had used."},
     [](const HouseholdOnPage& h, Exposition& page) {
       const auto error = h.view.habits ? h.view.habits->record.error_ratio() : std::nullopt;
       if (error) page.sample(h.labels, *error);
     }},
    {{"taara_forecast_coverage_ratio", gauge,
      "Share of the last forecasts, of days and of cycles, that came out between their p10 and p90; 0.8 is right."},
     [](const HouseholdOnPage& h, Exposition& page) {
       const auto coverage = h.view.habits ? h.view.habits->record.coverage_ratio() : std::nullopt;
       if (coverage) page.sample(h.labels, *coverage);
     }},
};

}  // namespace

std::span<const HouseholdMetric> outlook_metrics() { return kOutlookMetrics; }

}  // namespace taara
