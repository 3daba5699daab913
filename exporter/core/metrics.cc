// SPDX-License-Identifier: Apache-2.0
#include "core/metrics.h"

#include "core/metrics_tables.h"

namespace taara {

HouseholdOnPage::HouseholdOnPage(const HouseholdView& household_view, Time page_time)
    : HouseholdNow(look_at(household_view, page_time)),
      view(household_view),
      now(page_time),
      labels{{"household", household_view.household->name}} {}

void write_metrics(const Snapshot& snapshot, Time now, Exposition& page) {
  std::vector<HouseholdOnPage> households;
  households.reserve(snapshot.households.size());
  for (const auto& view : snapshot.households) households.emplace_back(*view, now);

  for (const auto metrics : {line_metrics(), outlook_metrics(), polling_metrics()}) {
    for (const HouseholdMetric& metric : metrics) {
      page.family(metric.family);
      for (const HouseholdOnPage& household : households) metric.write(household, page);
      if (!page.wanted()) return;
    }
  }
  for (const DaemonMetric& metric : daemon_metrics()) {
    page.family(metric.family);
    metric.write(snapshot, page);
  }
}

std::vector<MetricFamily> snapshot_families() {
  std::vector<MetricFamily> families;
  for (const auto metrics : {line_metrics(), outlook_metrics(), polling_metrics()}) {
    for (const HouseholdMetric& metric : metrics) families.push_back(metric.family);
  }
  for (const DaemonMetric& metric : daemon_metrics()) families.push_back(metric.family);
  return families;
}

}  // namespace taara
