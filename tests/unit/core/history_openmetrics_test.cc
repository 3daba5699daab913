// SPDX-License-Identifier: Apache-2.0
#include "core/history_openmetrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "core/metrics.h"
#include "unit/core/book.h"
#include "unit/core/moments.h"

namespace taara {
namespace {

using testing::HasSubstr;

const Time start_time = utc(2025, 9, 1);

StoredReading reading(int i, std::int64_t used) {
  StoredReading stored;
  stored.started = start_time + seconds{600} * i;
  stored.accepted = true;
  stored.reading.time = stored.started + seconds{1};
  stored.reading.status = ReadingStatus::success;
  stored.reading.used = Bytes{used};
  stored.reading.remaining = kTerabyte - Bytes{used};
  return stored;
}

StoredReading failure(int i) {
  StoredReading stored = reading(i, 0);
  stored.accepted = false;
  stored.reading = {};
  stored.reading.time = stored.started;
  stored.reading.error = PollError::timeout;
  return stored;
}

std::string written(const std::vector<StoredReading>& readings, std::optional<Bytes> total = {},
                    std::optional<Time> now = {}, seconds held = seconds{2100}) {
  std::string text;
  Exposition page(PageFormat::open_metrics, [&](std::string_view piece) {
    text += piece;
    return true;
  });
  const Household household = book::monthly();
  const auto all = [&](const std::function<bool(const StoredReading&)>& visit) -> Result<void> {
    for (const StoredReading& stored : readings)
      if (!visit(stored)) break;
    return {};
  };
  const Time end = now.value_or(readings.empty() ? start_time : readings.back().started + seconds{2});
  EXPECT_TRUE(write_history(household, all, {end, held, total}, page));
  return text;
}

// Time and value of a metric, in the order of the page.
std::vector<std::pair<std::int64_t, double>> samples(const std::string& text, const std::string& metric) {
  std::vector<std::pair<std::int64_t, double>> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(metric + "{household=\"home\"} ")) continue;
    std::istringstream words(line.substr(line.find('}') + 2));
    double value = 0;
    std::int64_t time = 0;
    words >> value >> time;
    found.emplace_back(time - start_time.time_since_epoch().count(), value);
  }
  return found;
}

using Samples = std::vector<std::pair<std::int64_t, double>>;

TEST(HistoryOpenMetrics, EverySampleIsOfItsReadingsTimeAndHeldUntilTheNext) {
  const std::string text = written({reading(0, 100), reading(1, 400)});
  EXPECT_EQ(samples(text, "taara_used_bytes"), (Samples{{1, 100}, {291, 100}, {581, 100}, {601, 400}}));
  EXPECT_EQ(samples(text, "taara_usage_bytes_total"), (Samples{{1, 100}, {291, 100}, {581, 100}, {601, 400}}));
  EXPECT_EQ(samples(text, "taara_up"), (Samples{{1, 1}, {291, 1}, {581, 1}, {601, 1}}));
}

TEST(HistoryOpenMetrics, FamiliesAreGroupedAndTheFileEnds) {
  const std::string text = written({reading(0, 100), reading(1, 400)});
  EXPECT_TRUE(text.ends_with("# EOF\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE taara_usage_bytes counter\ntaara_usage_bytes_total{household=\"home\"} 100 "));
  std::set<std::string> seen;
  std::string last;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const std::string name = line.substr(0, line.find('{'));
    EXPECT_TRUE(name == last || seen.insert(name).second) << name;
    last = name;
  }
  EXPECT_EQ(seen.size(), history_families().size());
}

TEST(HistoryOpenMetrics, EveryFamilyOfTheHistoryIsOneOfThePage) {
  std::set<std::string_view> known;
  for (const MetricFamily& family : snapshot_families()) known.insert(family.name);
  for (const auto name : history_families()) EXPECT_TRUE(known.contains(name)) << name;
}

TEST(HistoryOpenMetrics, TheCounterEndsWhereTheAccountStands) {
  const std::string text = written({reading(0, 100), reading(1, 400)}, Bytes{5'000});
  EXPECT_EQ(samples(text, "taara_usage_bytes_total").front().second, 4'700);
  EXPECT_EQ(samples(text, "taara_usage_bytes_total").back().second, 5'000);
  EXPECT_EQ(samples(text, "taara_used_bytes").back().second, 400);
}

TEST(HistoryOpenMetrics, ACounterNeverBeginsBelowZero) {
  const std::string text = written({reading(0, 100), reading(1, 400)}, Bytes{50});
  EXPECT_GE(samples(text, "taara_usage_bytes_total").front().second, 0);
}

TEST(HistoryOpenMetrics, AFailedPollIsDownAndHoldsTheValues) {
  const std::string text = written({reading(0, 100), failure(1), reading(2, 400)});
  const auto up = samples(text, "taara_up");
  EXPECT_EQ((std::map<std::int64_t, double>(up.begin(), up.end()).at(600)), 0);
  const auto used = samples(text, "taara_used_bytes");
  EXPECT_EQ((std::map<std::int64_t, double>(used.begin(), used.end()).at(600)), 100);
}

TEST(HistoryOpenMetrics, WhileTheExporterDidNotRunThereIsNothing) {
  const std::string text = written({reading(0, 100), reading(60, 400)});
  for (const auto& [time, value] : samples(text, "taara_up")) EXPECT_TRUE(time <= 2101 || time >= 36'000) << time;
}

TEST(HistoryOpenMetrics, NothingIsHeldIntoTheFuture) {
  const std::string text = written({reading(0, 100)}, {}, start_time + seconds{400});
  EXPECT_EQ(samples(text, "taara_used_bytes"), (Samples{{1, 100}, {291, 100}}));
}

TEST(HistoryOpenMetrics, TimesRiseWhateverTheReadingsSay) {
  std::vector<StoredReading> readings{reading(0, 100), reading(1, 200), reading(2, 300)};
  readings[1].reading.time = start_time - std::chrono::days{3};
  readings[2].reading.time = start_time + std::chrono::days{3};
  for (const auto name : history_families()) {
    std::int64_t last = -1;
    for (const auto& [time, value] : samples(written(readings), std::string(name))) {
      EXPECT_GT(time, last) << name;
      last = time;
    }
  }
}

TEST(HistoryOpenMetrics, WithoutReadingsThereIsOnlyTheEnd) {
  EXPECT_EQ(written({}), "# EOF\n");
  EXPECT_EQ(written({failure(0)}), "# EOF\n");
}

}  // namespace
}  // namespace taara
