// SPDX-License-Identifier: Apache-2.0
// What a backtest came to, per day of the cycle and method, and how it is told.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/backtest.h"

namespace taara {

struct BacktestRow {
  unsigned day = 0;
  std::array<Score, kMethods> scores;  // ours first
};

struct BacktestReport {
  BacktestPlan plan;
  std::size_t series = 0;  // pooled
  std::vector<BacktestRow> rows;
};

[[nodiscard]] std::string_view method_name(std::size_t method);
[[nodiscard]] BacktestReport report_backtest(std::span<const CutOff> cut_offs, const BacktestPlan& plan,
                                             std::size_t series);

[[nodiscard]] std::string backtest_json(const BacktestReport& report);
[[nodiscard]] std::string backtest_text(const BacktestReport& report);

}  // namespace taara
