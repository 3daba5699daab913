// SPDX-License-Identifier: Apache-2.0
// The rival that we hold our forecast against is really what Prometheus says.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/level.h"
#include "core/plain_methods.h"
#include "prometheus_process.h"

namespace taara::test {
namespace {

constexpr std::int64_t kMidnight = 1'759'266'000;  // 1 October 2025 in Nairobi
constexpr std::int64_t kDay = 86'400;

Time midnight_after(std::size_t days) { return Time{seconds{kMidnight + static_cast<std::int64_t>(days) * kDay}}; }

// Small and large days, zeros, and some that nobody knows.
std::vector<float> some_days() {
  std::vector<float> days;
  std::uint64_t random = 11;
  for (int i = 0; i < 60; ++i) {
    random = random * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    const auto draw = static_cast<double>(random >> 40U);
    days.push_back(i % 11 == 9 ? kUnknownDay : i % 13 == 5 ? 0 : static_cast<float>(draw * (i < 40 ? 2500 : 100)));
  }
  return days;
}

// The counter at each local midnight; a day that isn't known leaves it where it was.
std::string openmetrics(const std::vector<float>& days) {
  std::string text = "# TYPE usage_bytes counter\n";
  std::int64_t total = 0;
  for (std::size_t i = 0; i <= days.size(); ++i) {
    text += "usage_bytes_total " + std::to_string(total) + " " +
            std::to_string(midnight_after(i).time_since_epoch().count()) + "\n";
    if (i < days.size() && is_known(days[i])) total += static_cast<std::int64_t>(days[i]);
  }
  return text + "# EOF\n";
}

TEST(PredictLinear, IsWhatARealPrometheusSaysOfTheSameSamples) {
  if (!PrometheusProcess::installed()) GTEST_SKIP() << "prometheus and promtool are not installed: NOT verified";
  const std::vector<float> days = some_days();
  const TempDir dir;
  write_file(dir.path() / "usage.om", openmetrics(days));
  const PrometheusProcess prometheus(dir.path() / "usage.om");
  ASSERT_FALSE(HasFailure());

  for (const std::size_t cut_off : {1U, 2U, 3U, 5U, 6U, 7U, 8U, 12U, 20U, 29U, 40U, 44U, 47U, 60U}) {
    for (const std::size_t ahead : {1U, 5U, 10U, 28U}) {
      const auto known = std::span(days).first(cut_off);
      const std::string seconds_ahead = std::to_string(static_cast<std::int64_t>(ahead) * kDay);
      const auto theirs = prometheus.ask(
          "predict_linear(usage_bytes_total[7d], " + seconds_ahead + ") - usage_bytes_total", midnight_after(cut_off));
      ASSERT_TRUE(theirs) << cut_off;
      const double ours = plain_forecast(PlainMethod::predict_linear, known, std::min<std::size_t>(cut_off, 10), ahead);
      const double expected = std::max(0.0, *theirs);  // use never falls
      EXPECT_NEAR(ours, expected, 1e-6 * expected) << "after " << cut_off << " days, " << ahead << " ahead";
    }
  }
}

}  // namespace
}  // namespace taara::test
