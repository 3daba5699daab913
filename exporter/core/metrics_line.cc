// SPDX-License-Identifier: Apache-2.0
// The line itself: what the meter says and what it means for the cycle and the days.
#include <map>

#include "core/metrics_tables.h"

namespace taara {
namespace {

using enum MetricType;

void write_bytes(Exposition& page, const LabelSet& labels, const std::optional<Bytes>& bytes) {
  if (bytes) page.sample(labels, bytes->count);
}

std::string_view source_name(SourceKind source) { return source == SourceKind::router ? "router" : "taara"; }

// A line can hold several plans of one name (the next month bought ahead): one label value, so one sample, their sum.
void write_plans(const HouseholdOnPage& household, Exposition& page) {
  if (!household.fresh) return;
  std::map<std::string_view, Bytes> by_name;
  for (const PlanBalance& balance : household.view.plans) by_name[balance.plan] += balance.remaining;
  for (const auto& [plan, remaining] : by_name) page.sample(household.labels, {{"plan", plan}}, remaining.count);
}

// Day 1 is yesterday; a day that is not known has no sample and does not move the others.
template <class Value>
void write_days(const HouseholdOnPage& household, Exposition& page, Value value) {
  static constexpr std::array<std::string_view, 7> kDays{"1", "2", "3", "4", "5", "6", "7"};
  const auto& days = household.standing.finished_days;
  static_assert(std::tuple_size_v<std::decay_t<decltype(days)>> == kDays.size());
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    const std::optional<Bytes> bytes = days[i] ? value(*days[i]) : std::nullopt;
    if (bytes) page.sample(household.labels, {{"day", kDays[i]}}, bytes->count);
  }
}

constexpr HouseholdMetric kLineMetrics[] = {
    {{"taara_up", gauge, "1 if the last poll gave a usable reading, otherwise 0."},
     [](const HouseholdOnPage& h, Exposition& page) { page.sample(h.labels, h.view.last_poll_usable); }},
    {{"taara_reading_timestamp_seconds", gauge,
      "When the line last gave a usable reading; the values held between polls are of this moment."},
     [](const HouseholdOnPage& h, Exposition& page) { write_time(page, h.labels, h.standing.reading_time); }},
    {{"taara_reading_resolution_bytes", gauge, "How fine the meter counts. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) { write_bytes(page, h.labels, h.standing.resolution); }},
    {{"taara_plan_info", info, "The home plan and the source it is read from; always 1. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (!h.fresh || h.view.plan.empty()) return;
       page.sample(h.labels, {{"plan", h.view.plan}, {"source", source_name(h.view.household->source)}}, 1);
     }},
    {{"taara_plan_remaining_bytes", gauge,
      "Balance of each plan, bonus plans too; plans of one name are added up. Held between polls."},
     write_plans},
    {{"taara_allocation_bytes", gauge, "Data allowed in this cycle, top-ups included. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) { write_bytes(page, h.labels, h.standing.allocation); }},
    {{"taara_used_bytes", gauge, "Data used in this cycle. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) { write_bytes(page, h.labels, h.standing.used); }},
    {{"taara_remaining_bytes", gauge, "Data left in this cycle. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) { write_bytes(page, h.labels, h.standing.remaining); }},
    {{"taara_usage_bytes_total", counter,
      "Data used over all cycles; goes on across renewals, top-ups and restarts. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) { write_bytes(page, h.labels, h.standing.usage_total); }},
    {{"taara_cycle_start_timestamp_seconds", gauge, "When this cycle began. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) { write_time(page, h.labels, h.standing.cycle_start); }},
    {{"taara_cycle_end_timestamp_seconds", gauge, "When this cycle is expected to end. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) { write_time(page, h.labels, h.standing.cycle_end); }},
    {{"taara_last_cycle_start_timestamp_seconds", gauge, "When the finished cycle before this one began."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.last_cycle) write_time(page, h.labels, h.last_cycle->start);
     }},
    {{"taara_last_cycle_end_timestamp_seconds", gauge, "When the finished cycle before this one ended."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.last_cycle) write_time(page, h.labels, h.last_cycle->end);
     }},
    {{"taara_last_cycle_allocation_bytes", gauge,
      "Data that was allowed in the finished cycle before this one, top-ups included."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.last_cycle) write_bytes(page, h.labels, h.last_cycle->allocation);
     }},
    {{"taara_last_cycle_used_bytes", gauge, "Data used in the finished cycle before this one."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.last_cycle) write_bytes(page, h.labels, h.last_cycle->used);
     }},
    {{"taara_budget_today_bytes", gauge,
      "Data that is fair to use on this local day: what was left at midnight over the days then left."},
     [](const HouseholdOnPage& h, Exposition& page) { write_bytes(page, h.labels, h.standing.budget_today); }},
    {{"taara_used_today_bytes", gauge, "Data used on this local day. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) { write_bytes(page, h.labels, h.standing.used_today); }},
    {{"taara_left_today_bytes", gauge,
      "Budget of today minus use of today; below 0 when more was used. Held between polls."},
     [](const HouseholdOnPage& h, Exposition& page) { write_bytes(page, h.labels, h.standing.left_today); }},
    {{"taara_day_used_bytes", gauge, "Data used on each of the last finished local days; day 1 is yesterday."},
     [](const HouseholdOnPage& h, Exposition& page) {
       write_days(h, page, [](const Day& day) { return std::optional(day.used); });
     }},
    {{"taara_day_budget_bytes", gauge, "Budget of each of the last finished local days; day 1 is yesterday."},
     [](const HouseholdOnPage& h, Exposition& page) {
       write_days(h, page, [](const Day& day) { return day.budget; });
     }},
    {{"taara_budget_streak", gauge, "Finished local days in a row that stayed within their budget."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.standing.streak) page.sample(h.labels, *h.standing.streak);
     }},
    {{"taara_peak_hour", gauge, "Local hour of the day with most use over the last 7 days, 0 to 23."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.standing.peak_hour) page.sample(h.labels, *h.standing.peak_hour);
     }},
    {{"taara_quiet_hour", gauge, "Local hour of the day with least use over the last 7 days, 0 to 23."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.standing.quiet_hour) page.sample(h.labels, *h.standing.quiet_hour);
     }},
    {{"taara_data_quality_ratio", gauge, "Usable readings over readings due in the last 24 hours, 0 to 1."},
     [](const HouseholdOnPage& h, Exposition& page) {
       const auto quality = data_quality(h.view.usable_readings, h.view.watching_since, h.view.poll_interval, h.now);
       if (quality) page.sample(h.labels, *quality);
     }},
    {{"taara_meter_unchanged_seconds", gauge,
      "Time since the meter last moved; long while people are online means a stuck meter."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.standing.meter_unchanged) page.sample(h.labels, h.standing.meter_unchanged->count());
     }},
    {{"taara_meter_events_total", counter,
      "What changes of the meter meant other than use: renewals, top-ups, refunds, resets, doubtful values."},
     [](const HouseholdOnPage& h, Exposition& page) {
       write_counts(page, h.labels, "event", kMeterEventNames, h.view.counters.meter_events);
     }},
    {{"taara_alert_threshold_ratio", gauge, "Thresholds that the owner configured; alerts read them from here."},
     [](const HouseholdOnPage& h, Exposition& page) {
       const Thresholds& thresholds = h.view.household->thresholds;
       page.sample(h.labels, {{"kind", "used"}}, thresholds.used);
       page.sample(h.labels, {{"kind", "today"}}, thresholds.today);
       page.sample(h.labels, {{"kind", "crossing"}}, thresholds.crossing);
     }},
    {{"taara_digest_hour", gauge, "Local hour at which the owner wants the regular messages, 0 to 23."},
     [](const HouseholdOnPage& h, Exposition& page) { page.sample(h.labels, h.view.household->digest.hour); }},
    {{"taara_digest_weekday", gauge, "Day on which the owner wants the weekly summary; 0 is Sunday."},
     [](const HouseholdOnPage& h, Exposition& page) { page.sample(h.labels, h.view.household->digest.weekday); }},
    {{"taara_day_start_timestamp_seconds", gauge, "When this local day began."},
     [](const HouseholdOnPage& h, Exposition& page) { write_time(page, h.labels, h.standing.day_start); }},
    {{"taara_local_hour", gauge, "Hour of the day on the clock of the household, 0 to 23."},
     [](const HouseholdOnPage& h, Exposition& page) { page.sample(h.labels, h.standing.local_hour); }},
    {{"taara_local_weekday", gauge, "Day of the week at the household; 0 is Sunday."},
     [](const HouseholdOnPage& h, Exposition& page) { page.sample(h.labels, h.standing.local_weekday); }},
};

}  // namespace

std::span<const HouseholdMetric> line_metrics() { return kLineMetrics; }

}  // namespace taara
