// SPDX-License-Identifier: Apache-2.0
// The forecast from a history alone, for the command of that name: what is asked, what is known, and how it is told.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/config.h"
#include "core/outlook.h"
#include "core/usage_history.h"

namespace taara {

struct ForecastQuestion {
  const date::time_zone* zone = nullptr;
  Plan plan;                // monthly
  std::optional<Time> now;  // absent: nothing says when that is
};

struct ForecastReport {
  ForecastQuestion asked;
  std::optional<Time> cycle_start;
  std::optional<Time> cycle_end;
  std::optional<double> used;  // in this cycle, bytes; absent where no interval tells
  Outlook outlook;
  Level level;
};

// `intervals` are in order, don't overlap, and end by `now`.
[[nodiscard]] ForecastReport report_forecast(std::span<const UsageInterval> intervals, const ForecastQuestion& asked);

// What is not known is null. Ends with a line feed.
[[nodiscard]] std::string forecast_json(const ForecastReport& report);
// For people.
[[nodiscard]] std::string forecast_text(const ForecastReport& report);

}  // namespace taara
