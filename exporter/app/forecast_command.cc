// SPDX-License-Identifier: Apache-2.0
#include "app/forecast_command.h"

#include <algorithm>
#include <charconv>
#include <iostream>

#include "app/usage_input.h"
#include "core/forecast_report.h"
#include "core/in_quotes.h"
#include "core/time_text.h"

namespace taara {
namespace {

constexpr std::int64_t kLatest = 7'258'118'399;  // the last second of 2199

std::optional<Time> parse_now(const std::string& text, const date::time_zone& zone) {
  if (const auto time = parse_iso_time(text, &zone)) return time->time;
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number < 0 || number > kLatest) return std::nullopt;
  return Time{seconds{number}};
}

// The only series that has anything to say by then.
std::variant<UsageSeries, ExitCode> the_one(std::vector<UsageSeries> all, const std::string& input) {
  all.erase(std::remove_if(all.begin(), all.end(), [](const UsageSeries& series) { return !series.begun; }), all.end());
  if (all.size() > 1) {
    std::cerr << "taara_exporter: " << input << " has several series: " << names_of(all)
              << "; say which with --series=NAME\n";
    return ExitCode::usage;
  }
  return all.empty() ? UsageSeries{} : std::move(all.front());
}

}  // namespace

ExitCode forecast_command(const Arguments& arguments) {
  const UsageInput input{arguments, std::cerr};
  const auto json = input.wants_json("json");
  if (const auto* const code = std::get_if<ExitCode>(&json)) return *code;
  const auto found = input.zone();
  if (const auto* const code = std::get_if<ExitCode>(&found)) return *code;
  const date::time_zone& zone = *std::get<const date::time_zone*>(found);

  ForecastQuestion question{.zone = &zone, .plan = {}, .now = std::nullopt};
  question.plan.allocation = arguments.allocation;
  question.plan.cycle = CycleKind::monthly;
  question.plan.day = arguments.cycle_day.value_or(1);
  if (arguments.now) {
    question.now = parse_now(*arguments.now, zone);
    if (!question.now) {
      std::cerr << "taara_exporter: --now: found " << in_quotes(*arguments.now)
                << "; allowed: a time of the years 1970 to 2199 such as 2025-10-20T18:00:00+03:00, or epoch seconds\n";
      return ExitCode::usage;
    }
  }
  auto all = input.read(zone, question.now);
  if (const auto* const code = std::get_if<ExitCode>(&all)) return *code;
  const auto one = the_one(std::move(std::get<std::vector<UsageSeries>>(all)), arguments.input);
  if (const auto* const code = std::get_if<ExitCode>(&one)) return *code;
  const auto& series = std::get<UsageSeries>(one);
  if (!question.now) question.now = series.end;
  const ForecastReport report = report_forecast(series.intervals, question);
  std::cout << (std::get<bool>(json) ? forecast_json(report) : forecast_text(report)) << std::flush;
  return std::cout ? ExitCode::ok : ExitCode::disk;
}

}  // namespace taara
