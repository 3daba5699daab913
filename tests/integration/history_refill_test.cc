// SPDX-License-Identifier: Apache-2.0
// A Prometheus that lost its history gets it back from the store: the real exporter, promtool and Prometheus.
#include <gtest/gtest.h>

#include <cmath>

#include "core/calendar.h"
#include "daemon_process.h"
#include "history_house.h"
#include "io/store_history.h"
#include "prometheus_process.h"

namespace taara::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// Twelve months in the release; under sanitizers a fortnight over the end of a month, to keep those steps short.
int days_of_history() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 14;
#else
  return 365;
#endif
}

const Time last_poll = std::chrono::sys_days{std::chrono::year{2025} / 12 / 8} + hours{12};

double number(const std::optional<Bytes>& bytes) { return bytes ? static_cast<double>(bytes->count) : std::nan(""); }

class HistoryRefill : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!PrometheusProcess::installed()) GTEST_SKIP() << "prometheus and promtool are not installed: NOT verified";
  }
  void refill() {
    house_.exporter({"export", "--format=openmetrics", "--output=" + house_.file("home.om").string()});
    prometheus_ = std::make_unique<PrometheusProcess>(house_.file("home.om"));
    ASSERT_FALSE(HasFailure());
  }
  double ask(const std::string& metric, Time at) const {
    return prometheus_->ask(metric + "{household=\"home\"}", at).value_or(std::nan(""));
  }
  // Everything that was shown after the poll that began then.
  void expect_as_shown(Time polled, Time at) const {
    const Shown& shown = house_.shown().at(polled);
    EXPECT_EQ(ask("taara_usage_bytes_total", at), number(shown.usage_total)) << at.time_since_epoch().count();
    EXPECT_EQ(ask("taara_used_bytes", at), number(shown.used));
    EXPECT_EQ(ask("taara_remaining_bytes", at), number(shown.remaining));
    EXPECT_EQ(ask("taara_budget_today_bytes", at), number(shown.budget_today));
    EXPECT_EQ(ask("taara_used_today_bytes", at), number(shown.used_today));
    EXPECT_EQ(ask("taara_allocation_bytes", at), 1e12);
    EXPECT_EQ(ask("taara_up", at), shown.up ? 1 : 0);
  }

  HistoryHouse house_;
  std::unique_ptr<PrometheusProcess> prometheus_;
};

TEST_F(HistoryRefill, PrometheusAnswersAsTheStoreDoes) {
  const int length = days_of_history();
  const Time begin = last_poll - days{length};
  house_.live(begin, last_poll);
  refill();

  const int step = std::max(1, length / 6);
  for (int day = 1; day < length; day += step) {
    const Time polled = begin + days{day} + minutes{970};
    expect_as_shown(polled, polled + seconds{1});
    expect_as_shown(polled, polled + seconds{599});  // held until the next poll
  }
  expect_as_shown(last_poll, last_poll + seconds{1});

  // Days by Prometheus and by the store, byte for byte; increase() itself extrapolates.
  auto store = StoreHistory::open(house_.store().string());
  ASSERT_TRUE(store);
  int seen = 0;
  ASSERT_TRUE(store->days("home", begin + days{2}, last_poll, [&](const StoredDay& day) {
    if (seen++ % step != 0) return true;
    const double rise =
        ask("taara_usage_bytes_total", day.end + seconds{1}) - ask("taara_usage_bytes_total", day.start + seconds{1});
    EXPECT_NEAR(rise, number(day.used), 1e6) << day.start.time_since_epoch().count();  // a second's share at midnight
    const double increase = prometheus_->ask("increase(taara_usage_bytes_total[1d])", day.end + seconds{1}).value_or(0);
    EXPECT_NEAR(increase, number(day.used), 0.02 * number(day.used));
    return true;
  }));
  EXPECT_GT(seen, length - 5);
}

TEST_F(HistoryRefill, TheCounterGoesOnWhereOlderReadingsAreNoLongerKept) {
  const Time begin = last_poll - days{14};
  house_.live(begin, last_poll);
  const Time kept = begin + days{6} + hours{5};
  // As the retention does.
  const Finished pruned =
      run({"sqlite3", (house_.store() / "taara.db").string(),
           "DELETE FROM readings WHERE started < " + std::to_string(kept.time_since_epoch().count())});
  ASSERT_EQ(pruned.exit_code, 0) << pruned.output;
  refill();
  for (const Time polled : {kept + minutes{10}, kept + days{3}, kept + days{7}}) {
    const auto shown = house_.shown().lower_bound(polled);
    EXPECT_EQ(ask("taara_usage_bytes_total", shown->first + seconds{1}), number(shown->second.usage_total));
    EXPECT_EQ(ask("taara_used_bytes", shown->first + seconds{1}), number(shown->second.used));
  }
  EXPECT_TRUE(std::isnan(ask("taara_usage_bytes_total", kept - minutes{20})));
}

}  // namespace
}  // namespace taara::test
