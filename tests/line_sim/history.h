// SPDX-License-Identifier: Apache-2.0
// What the households used in the past, as series,timestamp,bytes rows: the natural course, without interventions.
#pragma once

#include <string>

#include "core/result.h"
#include "line_sim/line.h"

namespace taara::line_sim {

struct HistorySpan {
  Time from;
  Time to;
  seconds step{3600};
};
inline constexpr std::int64_t kMaxHistoryRows = 5'000'000;

[[nodiscard]] Result<HistorySpan> parse_history_span(std::string_view from, std::string_view to, std::string_view step);
inline constexpr std::string_view kHistoryHeader = "series,timestamp,bytes\n";
// One row per step that ends at or before `to`, dated with its start; usage of the plan, or of the month for the
// router.
[[nodiscard]] std::string history_rows(const LineSettings& settings, const PlanRules& rules, unsigned household,
                                       const HistorySpan& span);

}  // namespace taara::line_sim
