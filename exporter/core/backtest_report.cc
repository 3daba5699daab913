// SPDX-License-Identifier: Apache-2.0
#include "core/backtest_report.h"

#include <algorithm>

#include "core/number_text.h"

namespace taara {
namespace {

constexpr unsigned kRatioPlaces = 6;

std::string cycles_text(const BacktestPlan& plan) {
  return plan.cycle_day ? "monthly cycles from day " + std::to_string(*plan.cycle_day)
                        : std::string("cycles of 30 days, one from every day");
}

std::string json_score(unsigned day, std::size_t method, const Score& score) {
  std::string text = "    {\"day\": " + std::to_string(day) + ", \"method\": \"" + std::string(method_name(method)) +
                     "\", \"count\": " + std::to_string(score.count);
  const auto add = [&](std::string_view key, double value, unsigned places) {
    text.append(", \"").append(key).append("\": ").append(score.count == 0 ? "null" : fixed_text(value, places));
  };
  add("mean_error_bytes", score.mean_error, 0);
  add("median_error_bytes", score.median_error, 0);
  add("within_tenth_ratio", score.within_tenth, kRatioPlaces);
  add("pinball_bytes", score.pinball, 0);
  add("coverage_ratio", score.coverage, kRatioPlaces);
  return text + "}";
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string left(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(width - std::min(width, text.size()), ' ');
}

// As many places as show three digits of a typical error.
unsigned places_for(const BacktestReport& report) {
  double largest = 0;
  for (const BacktestRow& row : report.rows)
    largest = std::max(largest, row.scores[0].mean_error / static_cast<double>(kGigabyte.count));
  unsigned places = 1;
  while (places < 4 && largest < 100) {
    largest *= 10;
    ++places;
  }
  return places;
}

std::string percent(double ratio) { return fixed_text(100 * ratio, 0) + " %"; }

}  // namespace

std::string_view method_name(std::size_t method) { return method == 0 ? "ours" : kPlainNames.at(method - 1); }

BacktestReport report_backtest(std::span<const CutOff> cut_offs, const BacktestPlan& plan, std::size_t series) {
  BacktestReport report{.plan = plan, .series = series, .rows = {}};
  for (const unsigned day : plan.cut_offs) {
    BacktestRow row{.day = day, .scores = {}};
    for (std::size_t method = 0; method < kMethods; ++method) row.scores.at(method) = score(cut_offs, method, day);
    report.rows.push_back(row);
  }
  return report;
}

std::string backtest_json(const BacktestReport& report) {
  std::string text = "{\n  \"series\": " + std::to_string(report.series) + ",\n  \"cycles\": \"" +
                     cycles_text(report.plan) + "\",\n  \"timezone\": \"" + report.plan.zone->name() +
                     "\",\n  \"scores\": [\n";
  bool first = true;
  for (const BacktestRow& row : report.rows) {
    for (std::size_t method = 0; method < kMethods; ++method) {
      text += (first ? "" : ",\n") + json_score(row.day, method, row.scores.at(method));
      first = false;
    }
  }
  return text + "\n  ]\n}\n";
}

std::string backtest_text(const BacktestReport& report) {
  std::string text = cycles_text(report.plan) + "; days of " + report.plan.zone->name() + "; " +
                     std::to_string(report.series) + (report.series == 1 ? " series" : " series, pooled") + "\n" +
                     "GB. within: share with p50 within 10 % of what came. pinball: mean loss at 0.1, 0.5 and 0.9.\n" +
                     "band: share of what came that lay between p10 and p90; 80 % is right.\n\n" +
                     " day  method              n  mean error  median error  within   pinball    band\n";
  const unsigned places = places_for(report);
  const auto gigabytes = [&](double bytes) { return fixed_text(bytes / static_cast<double>(kGigabyte.count), places); };
  for (const BacktestRow& row : report.rows) {
    if (row.scores[0].count == 0) {
      text += right(std::to_string(row.day), 4) + "  no cycle that is known whole\n";
      continue;
    }
    for (std::size_t method = 0; method < kMethods; ++method) {
      const Score& score = row.scores.at(method);
      text += right(method == 0 ? std::to_string(row.day) : "", 4) + "  " + left(method_name(method), 15) +
              right(std::to_string(score.count), 6) + right(gigabytes(score.mean_error), 12) +
              right(gigabytes(score.median_error), 14) + right(percent(score.within_tenth), 8) +
              right(gigabytes(score.pinball), 10) + right(percent(score.coverage), 8) + "\n";
    }
  }
  return text;
}

}  // namespace taara
