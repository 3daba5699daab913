// SPDX-License-Identifier: Apache-2.0
// Use per interval, as another program counted it, on its way into the tables of hours and days. Nothing is guessed: an
// interval that is no local hour or day of the household, isn't over, or holds more than the line can carry is refused.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/history_sink.h"

namespace taara {

struct UsageRow {
  std::size_t line = 0;
  Time start;
  Bytes used;
  std::string where;  // in front of what is said about it, where a line number says too little
};

enum class UsageStep { hour, day };

// How far apart rows in order are; nothing, and a problem in the sink, where that is neither hours nor days or both.
[[nodiscard]] std::optional<UsageStep> step_of(const std::vector<UsageRow>& rows, HistorySink& sink);

struct UsageTarget {
  const Household& household;
  Time now;
  HistorySink& sink;
};

// Rows in order. Hours also make up the days that they cover wholly, except `other_days` (by their start).
void put_hours(const std::vector<UsageRow>& rows, const std::set<Time>& other_days, const UsageTarget& to);
void put_days(const std::vector<UsageRow>& rows, const UsageTarget& to);

}  // namespace taara
