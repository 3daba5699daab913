// SPDX-License-Identifier: Apache-2.0
#include "core/forecast_report.h"

#include "core/calendar.h"

namespace taara {

ForecastReport report_forecast(std::span<const UsageInterval> intervals, const ForecastQuestion& asked) {
  ForecastReport report{.asked = asked, .cycle_start = {}, .cycle_end = {}, .used = {}, .outlook = {}, .level = {}};
  if (!asked.now) return report;
  report.cycle_start = boundary_at_or_before(*asked.zone, asked.plan, *asked.now);
  report.cycle_end = boundary_after(*asked.zone, asked.plan, *asked.now);
  Position position = position_in(intervals, *asked.zone, *report.cycle_start, *report.cycle_end, *asked.now);
  if (asked.plan.allocation) position.allocation = static_cast<double>(asked.plan.allocation->count);
  if (position.time > *report.cycle_start || *asked.now == *report.cycle_start) report.used = position.used;
  const Habits habits = replay(intervals, *asked.zone, *asked.now);
  report.outlook = look_ahead(position, habits);
  report.level = habits.level;
  return report;
}

}  // namespace taara
