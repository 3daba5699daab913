// SPDX-License-Identifier: Apache-2.0
#include "core/forecast_report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "core/backtest_report.h"
#include "core/calendar.h"
#include "core/usage_file.h"
#include "unit/golden.h"

namespace taara {
namespace {

constexpr std::string_view kTests = TAARA_SOURCE_DIR "/tests/";
constexpr std::int64_t kNow = 1'760'972'400;  // 20 October 2025, 18:00 in Nairobi

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const date::time_zone& nairobi() { return *date::locate_zone("Africa/Nairobi"); }

ForecastQuestion question(std::optional<Bytes> allocation = kTerabyte, std::optional<Time> now = Time{seconds{kNow}}) {
  ForecastQuestion asked{.zone = &nairobi(), .plan = {}, .now = now};
  asked.plan.cycle = CycleKind::monthly;
  asked.plan.allocation = allocation;
  return asked;
}

std::vector<UsageInterval> intervals_of(const std::string& text, std::optional<Time> until) {
  auto file = read_usage_file(text, nairobi(), until);
  EXPECT_TRUE(file) << file.error().what;
  if (!file || file->series.empty()) return {};
  return std::move(file->series.front().intervals);
}

std::string family() { return read_file(std::string(kTests) + "fixtures/usage/family.csv"); }

ForecastReport family_report(std::optional<Bytes> allocation = kTerabyte) {
  return report_forecast(intervals_of(family(), Time{seconds{kNow}}), question(allocation));
}

// The same in every build and on every machine.
TEST(ForecastReport, AFixedHistoryGivesFixedBytes) {
  expect_golden(forecast_json(family_report()), "forecast.json");
  expect_golden(forecast_text(family_report()), "forecast.txt");
  expect_golden(forecast_text(family_report(Bytes{680'000'000'000})), "forecast_tight.txt");
  expect_golden(forecast_json(family_report(std::nullopt)), "forecast_unlimited.json");
}

TEST(BacktestReport, AFixedHistoryGivesFixedBytes) {
  BacktestPlan plan;
  plan.zone = &nairobi();
  std::vector<CutOff> cut_offs;
  std::size_t last = 0;
  backtest(
      intervals_of(family(), std::nullopt), 0, plan,
      [&](std::size_t done, std::size_t all) {
        EXPECT_EQ(done, ++last);
        EXPECT_LE(done, all);
      },
      cut_offs);
  const BacktestReport report = report_backtest(cut_offs, plan, 1);
  expect_golden(backtest_text(report), "backtest.txt");
  expect_golden(backtest_json(report), "backtest.json");
}

TEST(BacktestReport, WithoutAWholeCycleItSaysSo) {
  BacktestPlan plan;
  plan.zone = &nairobi();
  plan.cycle_day = 15;
  const BacktestReport report = report_backtest({}, plan, 0);
  EXPECT_NE(backtest_text(report).find("monthly cycles from day 15"), std::string::npos);
  EXPECT_NE(backtest_text(report).find("  25  no cycle that is known whole\n"), std::string::npos);
  EXPECT_NE(backtest_json(report).find("\"count\": 0, \"mean_error_bytes\": null"), std::string::npos);
}

// Everything after now becomes something else; not a byte of the answer does.
TEST(ForecastReport, NothingLaterThanNowIsRead) {
  std::istringstream lines(family());
  std::string header;
  std::getline(lines, header);
  std::string before;
  std::string after;
  for (std::string line; std::getline(lines, line);) {
    const std::int64_t start = std::stoll(line.substr(line.find(',') + 1));
    const std::int64_t step = start < 1'759'266'000 ? 86'400 : 3600;
    (start + step <= kNow ? before : after) += line + "\n";
  }
  ASSERT_FALSE(after.empty());
  const auto answer = [&](const std::string& rows) {
    const auto text = header + "\n" + rows;
    return forecast_json(report_forecast(intervals_of(text, Time{seconds{kNow}}), question()));
  };
  const std::string expected = forecast_json(family_report());
  EXPECT_EQ(answer(before + after), expected);
  EXPECT_EQ(answer(before), expected);
  EXPECT_EQ(answer(after + before), expected);
  EXPECT_EQ(answer(before + "home-1,1760972400,999999999999\nhome-1,1760976000,1\nhome-2,1760979600,7\n"), expected);
  EXPECT_EQ(answer("home-1,1760972399,5000000000\n" + before), expected);  // begins before, ends after
}

TEST(ForecastReport, OrderAndDuplicatesOfRowsChangeNothing) {
  std::istringstream lines(family());
  std::string header;
  std::getline(lines, header);
  std::vector<std::string> rows;
  for (std::string line; std::getline(lines, line);) rows.push_back(line + "\n");
  std::string text = header + "\n";
  for (std::size_t i = 0; i < rows.size(); ++i) text += rows[(i * 101 + 7) % rows.size()] + (i % 9 == 0 ? rows[i] : "");
  EXPECT_EQ(forecast_json(report_forecast(intervals_of(text, Time{seconds{kNow}}), question())),
            forecast_json(family_report()));
}

TEST(ForecastReport, WhatIsNotKnownIsNull) {
  const std::string nothing = forecast_json(report_forecast({}, question()));
  EXPECT_NE(nothing.find("\"used_bytes\": null"), std::string::npos);
  EXPECT_NE(nothing.find("\"cycle_start\": \"2025-10-01T00:00:00+03:00\""), std::string::npos);
  EXPECT_NE(nothing.find("\"forecast_bytes\": {\"p10\": null, \"p50\": null, \"p90\": null}"), std::string::npos);
  EXPECT_NE(nothing.find("\"days_known\": 0"), std::string::npos);
  const std::string no_time = forecast_json(report_forecast({}, question(kTerabyte, std::nullopt)));
  EXPECT_NE(no_time.find("\"cycle_start\": null"), std::string::npos);
  EXPECT_EQ(forecast_text(report_forecast({}, question(kTerabyte, std::nullopt))),
            "The history is empty: nothing can be said yet.\n");
  EXPECT_NE(forecast_text(report_forecast({}, question())).find("too little is known yet"), std::string::npos);
}

TEST(ForecastReport, UsedIsUnknownWhereNoRowLiesInTheCycleAndZeroAtItsStart) {
  const Time day{seconds{1'755'000'000}};
  const std::vector<UsageInterval> old{{day, day + std::chrono::hours{24}, 5e9}};
  EXPECT_FALSE(report_forecast(old, question()).used);
  const Time start{seconds{1'759'266'000}};
  EXPECT_EQ(report_forecast(old, question(kTerabyte, start)).used, 0);
}

TEST(ForecastReport, CyclesOfEveryDayAndZoneHoldNow) {
  for (const auto* name : {"Africa/Nairobi", "Europe/Berlin", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu"}) {
    for (unsigned day = 1; day <= 31; ++day) {
      for (std::int64_t now = 1'325'000'000; now < 1'335'000'000; now += 777'777) {  // a leap day, changes of clocks
        ForecastQuestion asked = question(kTerabyte, Time{seconds{now}});
        asked.zone = date::locate_zone(name);
        asked.plan.day = day;
        const ForecastReport report = report_forecast({}, asked);
        EXPECT_LE(*report.cycle_start, *asked.now);
        EXPECT_GT(*report.cycle_end, *asked.now);
        const auto length = *report.cycle_end - *report.cycle_start;
        EXPECT_GE(length, std::chrono::hours{28 * 24 - 25}) << name << day;
        EXPECT_LE(length, std::chrono::hours{31 * 24 + 1}) << name << day;
      }
    }
  }
}

std::vector<UsageInterval> hours_in(const date::time_zone& zone, Time from, Time until, double used) {
  std::vector<UsageInterval> rows;
  for (Time at = boundary_at_or_before(zone, question().plan, from); at < until; at += std::chrono::hours{1})
    rows.push_back({at, at + std::chrono::hours{1}, used});
  return rows;
}

TEST(ForecastReport, AllZerosStayZeros) {
  const Time now{seconds{kNow}};
  const auto rows = hours_in(nairobi(), now - std::chrono::days{40}, now, 0);
  const ForecastReport report = report_forecast(rows, question());
  EXPECT_EQ(report.used, 0);
  ASSERT_TRUE(report.outlook.cycle_used);
  EXPECT_EQ(report.outlook.cycle_used->p90, 0);
  EXPECT_EQ(report.outlook.crossing_probability, 0);
  EXPECT_EQ(report.outlook.headroom, kTerabyte);
  EXPECT_FALSE(report.outlook.trend);
}

TEST(ForecastReport, ASingleRowSaysLittleAndNothingWrong) {
  const std::string midnight = "timestamp,bytes\n1760907600,5000000000\n";
  const std::string noon = "timestamp,bytes\n1760950800,5000000000\n";
  const Time later{seconds{kNow + 86'400}};
  const auto day = report_forecast(intervals_of(midnight, later), question(kTerabyte, later));
  EXPECT_EQ(day.used, 5e9);
  EXPECT_EQ(day.level.known, 1U);
  ASSERT_TRUE(day.outlook.cycle_used);
  EXPECT_GE(day.outlook.cycle_used->p10, 5e9);
  EXPECT_GT(day.outlook.cycle_used->p90, day.outlook.cycle_used->p50);
  const auto hour = report_forecast(intervals_of(noon, later), question(kTerabyte, later));
  EXPECT_EQ(hour.used, 5e9);
  EXPECT_EQ(hour.level.known, 0U);
  if (hour.outlook.cycle_used) {
    EXPECT_GE(hour.outlook.cycle_used->p10, 5e9);
  }
}

// A month whose clocks go forward, one whose clocks go back, and a leap February: every hour of it counts once.
TEST(ForecastReport, MonthsWithOddHoursAndDaysAddUp) {
  const auto& berlin = *date::locate_zone("Europe/Berlin");
  struct Month {
    std::int64_t last_moment;
    int hours;
  };
  for (const auto& [last_moment, hours] : {Month{1'743'458'399, 743}, {1'761'951'599, 745}, {1'709'247'599, 696}}) {
    const Time now{seconds{last_moment}};
    ForecastQuestion asked = question(kTerabyte, now);
    asked.zone = &berlin;
    auto rows = hours_in(berlin, now, now, 1e9);
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(hours));
    rows.pop_back();  // not over
    const ForecastReport report = report_forecast(rows, asked);
    EXPECT_EQ(report.used, 1e9 * (hours - 1));
    EXPECT_EQ(*report.cycle_end - *report.cycle_start, std::chrono::hours{hours});
    EXPECT_NEAR(report.outlook.cycle_used->p50, 1e9 * hours, 1e9);
  }
}

// Strange histories: finite, ordered, never below what is used.
TEST(ForecastReport, NumbersStayInOrder) {
  std::uint64_t random = 3;
  const auto draw = [&](std::uint64_t most) {
    random = random * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return (random >> 33U) % most;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<UsageInterval> rows;
    Time at{seconds{kNow - static_cast<std::int64_t>(draw(7'776'000))}};
    while (at < Time{seconds{kNow}} - std::chrono::hours{24}) {
      const seconds step = draw(2) == 0 ? std::chrono::hours{1} : std::chrono::hours{24};
      const double used = draw(5) == 0 ? 0 : draw(50) == 0 ? 1e15 : static_cast<double>(draw(40'000'000'000));
      rows.push_back({at, at + step, used});
      at += step + seconds{draw(4) == 0 ? static_cast<std::int64_t>(draw(259'200)) : 0};
    }
    const ForecastReport report =
        report_forecast(rows, question(Bytes{static_cast<std::int64_t>(1 + draw(2'000'000'000'000))}));
    const auto& end = report.outlook.cycle_used;
    if (!end) continue;
    EXPECT_LE(report.used.value_or(0), end->p10);
    EXPECT_LE(end->p10, end->p50);
    EXPECT_LE(end->p50, end->p90);
    EXPECT_TRUE(std::isfinite(end->p90));
    EXPECT_GE(*report.outlook.crossing_probability, 0);
    EXPECT_LE(*report.outlook.crossing_probability, 1);
    EXPECT_EQ(forecast_json(report).find("nan"), std::string::npos);
    EXPECT_EQ(forecast_json(report).find("inf"), std::string::npos);
  }
}

}  // namespace
}  // namespace taara
