// SPDX-License-Identifier: Apache-2.0
#include "app/backtest_command.h"

#include <iostream>

#include "app/progress_bar.h"
#include "app/usage_input.h"
#include "core/backtest_report.h"

namespace taara {
namespace {

std::vector<CutOff> roll_through(const std::vector<UsageSeries>& series, const BacktestPlan& plan) {
  ProgressBar bar;
  std::vector<CutOff> cut_offs;
  const auto count = static_cast<double>(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto progress = [&](std::size_t done, std::size_t all) {
      bar.show((static_cast<double>(i) + static_cast<double>(done) / static_cast<double>(all)) / count);
    };
    backtest(series[i].intervals, i, plan, progress, cut_offs);
  }
  return cut_offs;
}

}  // namespace

ExitCode backtest_command(const Arguments& arguments) {
  const UsageInput input{arguments, std::cerr};
  const auto json = input.wants_json("text");
  if (const auto* const code = std::get_if<ExitCode>(&json)) return *code;
  const auto zone = input.zone();
  if (const auto* const code = std::get_if<ExitCode>(&zone)) return *code;
  BacktestPlan plan;
  plan.zone = std::get<const date::time_zone*>(zone);
  plan.cycle_day = arguments.cycle_day;
  const auto read = input.read(*plan.zone, std::nullopt);
  if (const auto* const code = std::get_if<ExitCode>(&read)) return *code;
  const auto& series = std::get<std::vector<UsageSeries>>(read);
  const BacktestReport report = report_backtest(roll_through(series, plan), plan, series.size());
  std::cout << (std::get<bool>(json) ? backtest_json(report) : backtest_text(report)) << std::flush;
  return std::cout ? ExitCode::ok : ExitCode::disk;
}

}  // namespace taara
