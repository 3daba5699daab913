// SPDX-License-Identifier: Apache-2.0
#include <date/date.h>

#include <array>
#include <cmath>
#include <locale>
#include <tuple>

#include "core/calendar.h"
#include "core/forecast_report.h"
#include "core/number_text.h"
#include "core/time_text.h"

namespace taara {
namespace {

constexpr unsigned kRatioPlaces = 6;
constexpr double kShiftTold = 4;  // standard errors: from here on the level follows it
constexpr std::string_view kNull = "null";

std::string json_bytes(std::optional<double> bytes) {
  return bytes ? std::to_string(std::llround(*bytes)) : std::string(kNull);
}

std::string json_bytes(std::optional<Bytes> bytes) { return bytes ? std::to_string(bytes->count) : std::string(kNull); }

std::string json_ratio(std::optional<double> ratio) {
  return ratio ? fixed_text(*ratio, kRatioPlaces) : std::string(kNull);
}

std::string json_time(const date::time_zone& zone, std::optional<Time> time) {
  return time ? '"' + iso_text(zone, *time) + '"' : std::string(kNull);
}

// {"p10": …, "p50": …, "p90": …}
template <class ValueOf>
std::string json_levels(const ValueOf& value_of) {
  std::string text = "{";
  for (std::size_t i = 0; i < kQuantileNames.size(); ++i)
    text.append(i == 0 ? "\"" : ", \"").append(kQuantileNames.at(i)).append("\": ").append(value_of(i));
  return text + "}";
}

std::optional<double> quantile_of(const std::optional<Predictive>& end, std::size_t which) {
  if (!end) return std::nullopt;
  return std::array{end->p10, end->p50, end->p90}.at(which);
}

std::string json_safe_time(const ForecastReport& report, std::size_t which) {
  if (!report.asked.now) return std::string(kNull);
  const auto left = report.outlook.safe_time(static_cast<Quantile>(which), *report.asked.now);
  return left ? std::to_string(left->count()) : std::string(kNull);
}

std::string json_shift(const Level& level) {
  if (level.shift < kShiftTold) return std::string(kNull);
  return "{\"days_ago\": " + std::to_string(level.shift_days) + ", \"standard_errors\": " + fixed_text(level.shift, 1) +
         "}";
}

std::string moment(const date::time_zone& zone, Time time) {
  const date::local_seconds local = zone.to_local(time);
  return date::format(std::locale::classic(), "%a %e %b %Y, %H:%M", local);
}

// "Used so far:            "
std::string titled(std::string title) {
  constexpr std::size_t kWidth = 24;
  title += ':';
  title.resize(kWidth, ' ');
  return title;
}

std::string lasting_line(const ForecastReport& report) {
  const Outlook& outlook = report.outlook;
  const auto& zone = *report.asked.zone;
  const auto& [quick, middle, late] = std::tie(outlook.exhaustion[2], outlook.exhaustion[1], outlook.exhaustion[0]);
  std::string text = titled("Data lasts");
  if (middle)
    text += "until about " + moment(zone, *middle);
  else
    text += "until the cycle ends";
  if (quick && (!middle || *quick < *middle)) text += "; at a heavy pace until " + moment(zone, *quick);
  if (middle) text += late ? "; at a light one until " + moment(zone, *late) : "; at a light one to the end";
  return text + "\n";
}

}  // namespace

std::string forecast_json(const ForecastReport& report) {
  const auto& zone = *report.asked.zone;
  const Outlook& outlook = report.outlook;
  std::string text = "{\n";
  const auto add = [&](std::string_view key, const std::string& value) {
    text.append("  \"").append(key).append("\": ").append(value).append(",\n");
  };
  add("used_bytes", json_bytes(report.used));
  add("cycle_start", json_time(zone, report.cycle_start));
  add("cycle_end", json_time(zone, report.cycle_end));
  add("forecast_bytes", json_levels([&](std::size_t i) { return json_bytes(quantile_of(outlook.cycle_used, i)); }));
  add("crossing_probability", json_ratio(outlook.crossing_probability));
  add("exhaustion", json_time(zone, outlook.exhaustion[static_cast<std::size_t>(Quantile::p50)]));
  add("headroom_bytes", json_bytes(outlook.headroom));
  add("exhaustion_by_level", json_levels([&](std::size_t i) { return json_time(zone, outlook.exhaustion.at(i)); }));
  add("safe_time_seconds", json_levels([&](std::size_t i) { return json_safe_time(report, i); }));
  add("typical_day_bytes", json_bytes(outlook.typical_day));
  add("trend_ratio", json_ratio(outlook.trend));
  add("shift", json_shift(report.level));
  text += "  \"days_known\": " + std::to_string(report.level.known) + "\n}\n";
  return text;
}

std::string forecast_text(const ForecastReport& report) {
  if (!report.asked.now) return "The history is empty: nothing can be said yet.\n";
  const auto& zone = *report.asked.zone;
  const Outlook& outlook = report.outlook;
  const auto& allocation = report.asked.plan.allocation;
  const std::string cap = allocation ? amount_text(static_cast<double>(allocation->count)) : "";
  std::string text = titled("Now") + moment(zone, *report.asked.now) + " (" + zone.name() + ")\n";
  text += titled("Cycle") + moment(zone, *report.cycle_start) + " to " + moment(zone, *report.cycle_end) + "; " +
          fixed_text(days_between(zone, *report.asked.now, *report.cycle_end), 1) + " days left\n";
  text += titled("Used so far") + (report.used ? amount_text(*report.used) : "not known") +
          (allocation ? " of " + cap : ", no cap") + "\n";
  if (!outlook.cycle_used) return text + titled("Forecast") + "too little is known yet; it begins within a day\n";
  text += titled("At the cycle's end") + "about " + amount_text(outlook.cycle_used->p50) +
          "; four times in five from " + amount_text(outlook.cycle_used->p10) + " to " +
          amount_text(outlook.cycle_used->p90) + "\n";
  if (outlook.crossing_probability)
    text += titled("Chance above " + cap) + percent_text(*outlook.crossing_probability) + "\n" + lasting_line(report);
  if (outlook.headroom) {
    text += titled("Fits now") + (*outlook.headroom > Bytes{0}
                                      ? amount_text(static_cast<double>(outlook.headroom->count)) +
                                            " with a chance of at most 10 % to cross\n"
                                      : "no large download: the chance to cross is above 10 % without one\n");
  }
  text += titled("A usual day") + amount_text(static_cast<double>(outlook.typical_day->count)) +
          (outlook.trend ? "; this week " + fixed_text(*outlook.trend, 2) + " times a usual one" : "") + "\n";
  if (report.level.shift >= kShiftTold) {
    text += titled("Changed") + "the level is another since " + std::to_string(report.level.shift_days) +
            " days; older ones count less\n";
  }
  return text + titled("Days known") + std::to_string(report.level.known) + "\n";
}

}  // namespace taara
