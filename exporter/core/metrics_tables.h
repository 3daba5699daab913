// SPDX-License-Identifier: Apache-2.0
// The tables behind core/metrics.h, by subject: a row is a family and how to write its samples. A new metric is a new
// row here, a row in docs/metrics.md and a line in the golden pages.
#pragma once

#include <span>

#include "core/exposition.h"
#include "core/household_now.h"

namespace taara {

// A household while one page is written: what it means at that moment is worked out once.
struct HouseholdOnPage : HouseholdNow {
  HouseholdOnPage(const HouseholdView& household_view, Time page_time);

  const HouseholdView& view;
  Time now;
  LabelSet labels;  // household="..."
};

struct HouseholdMetric {
  MetricFamily family;
  void (*write)(const HouseholdOnPage& household, Exposition& page);
};

struct DaemonMetric {
  MetricFamily family;
  void (*write)(const Snapshot& snapshot, Exposition& page);
};

[[nodiscard]] std::span<const HouseholdMetric> line_metrics();     // metrics_line.cc: the data, the days, the budget
[[nodiscard]] std::span<const HouseholdMetric> outlook_metrics();  // metrics_outlook.cc: the forecast, its record
[[nodiscard]] std::span<const HouseholdMetric> polling_metrics();  // metrics_polling.cc: how reading the line goes
[[nodiscard]] std::span<const DaemonMetric> daemon_metrics();      // metrics_daemon.cc: store, clock, configuration

// A sample per name of a closed list, with the count at the same place.
template <std::size_t N>
void write_counts(Exposition& page, const LabelSet& labels, std::string_view label,
                  const std::array<std::string_view, N>& names, const std::array<std::uint64_t, N>& counts) {
  for (std::size_t i = 0; i < N; ++i) page.sample(labels, {{label, names[i]}}, counts[i]);
}

inline void write_time(Exposition& page, const LabelSet& labels, const std::optional<Time>& time) {
  if (time) page.sample(labels, time->time_since_epoch().count());
}

}  // namespace taara
