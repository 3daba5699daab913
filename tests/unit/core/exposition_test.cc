// SPDX-License-Identifier: Apache-2.0
#include "core/exposition.h"

#include <gtest/gtest.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace taara {
namespace {

using enum MetricType;

constexpr MetricFamily kGauge{"test_level_bytes", gauge, "A level."};
constexpr MetricFamily kCounter{"test_things_total", counter, "Things."};
constexpr MetricFamily kInfo{"test_thing_info", info, "A thing."};
constexpr MetricFamily kHistogram{"test_wait_seconds", histogram, "A wait."};
constexpr std::array<double, 3> kBounds{0.25, 1, 10};
constexpr std::array<std::uint64_t, 4> kCounts{2, 0, 3, 1};

template <class Write>
std::string page_of(PageFormat format, Write write) {
  std::string text;
  Exposition page(format, [&](std::string_view piece) {
    text.append(piece);
    return true;
  });
  write(page);
  page.finish();
  return text;
}

std::string value_of(std::string_view value) { return std::string(LabelSet{{"l", value}}.text()); }

TEST(Exposition, WritesFamiliesAndSamples) {
  const LabelSet home{{"household", "home"}};
  const std::string text = page_of(PageFormat::text, [&](Exposition& page) {
    page.family(kGauge);
    page.sample(home, 885'126'291'542);
    page.sample(home, {{"plan", "a"}, {"kind", "b"}}, -7);
    page.family(kCounter);
    page.sample({}, std::numeric_limits<std::uint64_t>::max());
    page.family(kInfo);
    page.sample({}, {{"v", "1"}}, 1);
  });
  EXPECT_EQ(text,
            "# HELP test_level_bytes A level.\n# TYPE test_level_bytes gauge\n"
            "test_level_bytes{household=\"home\"} 885126291542\n"
            "test_level_bytes{household=\"home\",plan=\"a\",kind=\"b\"} -7\n"
            "# HELP test_things_total Things.\n# TYPE test_things_total counter\n"
            "test_things_total 18446744073709551615\n"
            "# HELP test_thing_info A thing.\n# TYPE test_thing_info gauge\n"
            "test_thing_info{v=\"1\"} 1\n");
}

TEST(Exposition, OpenMetricsNamesFamiliesWithoutSuffixAndEnds) {
  const std::string text = page_of(PageFormat::open_metrics, [&](Exposition& page) {
    page.family(kCounter);
    page.sample({}, 3);
    page.family(kInfo);
    page.sample({}, {{"v", "1"}}, 1);
    page.family(kHistogram);
    page.histogram({}, kBounds, kCounts, 12.5);
  });
  EXPECT_EQ(text,
            "# HELP test_things Things.\n# TYPE test_things counter\ntest_things_total 3\n"
            "# HELP test_thing A thing.\n# TYPE test_thing info\ntest_thing_info{v=\"1\"} 1\n"
            "# HELP test_wait_seconds A wait.\n# TYPE test_wait_seconds histogram\n"
            "test_wait_seconds_bucket{le=\"0.25\"} 2\ntest_wait_seconds_bucket{le=\"1.0\"} 2\n"
            "test_wait_seconds_bucket{le=\"10.0\"} 5\ntest_wait_seconds_bucket{le=\"+Inf\"} 6\n"
            "test_wait_seconds_sum 12.5\ntest_wait_seconds_count 6\n"
            "# EOF\n");
}

TEST(Exposition, AnEmptyOpenMetricsPageIsOnlyItsEnd) {
  EXPECT_EQ(page_of(PageFormat::open_metrics, [](Exposition& page) { page.family(kGauge); }), "# EOF\n");
}

TEST(Exposition, WhatIsNoNumberHasNoSampleAndAFamilyWithoutSamplesLeavesNoTrace) {
  const std::string text = page_of(PageFormat::text, [](Exposition& page) {
    page.family(kGauge);
    page.sample({}, std::nan(""));
    page.sample({}, std::numeric_limits<double>::infinity());
    page.sample({}, -std::numeric_limits<double>::infinity());
    page.family(kHistogram);
    page.histogram({}, kBounds, kCounts, std::nan(""));
  });
  EXPECT_EQ(text, "");
}

TEST(Exposition, DoublesAreShortestAndExact) {
  for (const double value : {0.1, 1.0 / 3, 1e300, 5e-324, 12.0, -0.5}) {
    std::string text;
    Number(value).append_to(text);
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
    EXPECT_LE(text.size(), 24U);
  }
  std::string text;
  Number(0.75).append_to(text);
  EXPECT_EQ(text, "0.75");
}

TEST(Exposition, R39_LabelValuesAreEscaped) {
  EXPECT_EQ(value_of("a\"b\\c\nd"), "l=\"a\\\"b\\\\c\\nd\"");
  EXPECT_EQ(value_of("{plan}, 'x' # = }"), "l=\"{plan}, 'x' # = }\"");
}

TEST(Exposition, R39_LabelValuesAreValidUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(value_of("Caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"), "l=\"Caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
  EXPECT_EQ(value_of(std::string_view("a\0b", 3)), "l=\"a" + bad + "b\"");
  EXPECT_EQ(value_of("\xFF"), "l=\"" + bad + "\"");
  EXPECT_EQ(value_of("\x80x"), "l=\"" + bad + "x\"");
  EXPECT_EQ(value_of("x\xC3"), "l=\"x" + bad + "\"") << "cut off at the end";
  EXPECT_EQ(value_of("\xC0\xAF"), "l=\"" + bad + bad + "\"") << "overlong";
  EXPECT_EQ(value_of("\xE0\x80\xAF"), "l=\"" + bad + bad + bad + "\"") << "overlong";
  EXPECT_EQ(value_of("\xED\xA0\x80"), "l=\"" + bad + bad + bad + "\"") << "a surrogate";
  EXPECT_EQ(value_of("\xF4\x90\x80\x80"), "l=\"" + bad + bad + bad + bad + "\"") << "above U+10FFFF";
  EXPECT_EQ(value_of("\xE2\x82\"q"), "l=\"" + bad + bad + "\\\"q\"") << "a cut sequence swallows no quote";
}

TEST(Exposition, ALongPageComesInPiecesAndStopsWhenNobodyWantsIt) {
  std::size_t pieces = 0;
  std::size_t longest = 0;
  Exposition page(PageFormat::text, [&](std::string_view piece) {
    ++pieces;
    longest = std::max(longest, piece.size());
    return pieces < 3;
  });
  page.family(kGauge);
  for (int i = 0; i < 100'000; ++i) page.sample({{"n", "0123456789"}}, i);
  EXPECT_FALSE(page.wanted());
  page.finish();
  EXPECT_EQ(pieces, 3U);
  EXPECT_LT(longest, 70'000U);
}

// The same families through prometheus-cpp's own serializer give the same page.
TEST(Exposition, AgreesWithPrometheusCpp) {
  prometheus::MetricFamily gauges;
  gauges.name = kGauge.name;
  gauges.help = kGauge.help;
  gauges.type = prometheus::MetricType::Gauge;
  prometheus::ClientMetric level;
  level.label = {{"household", "home"}, {"plan", "1 \"Month\"\\\nUnlimited"}};
  level.gauge.value = 885'126'291'542.0;
  gauges.metric.push_back(level);

  prometheus::MetricFamily histograms;
  histograms.name = kHistogram.name;
  histograms.help = kHistogram.help;
  histograms.type = prometheus::MetricType::Histogram;
  prometheus::ClientMetric wait;
  wait.label = {{"household", "home"}};
  wait.histogram.sample_count = 6;
  wait.histogram.sample_sum = 12.5;
  wait.histogram.bucket = {{2, 0.25}, {2, 1}, {5, 10}, {6, std::numeric_limits<double>::infinity()}};
  histograms.metric.push_back(wait);

  const std::string ours = page_of(PageFormat::text, [&](Exposition& page) {
    page.family(kGauge);
    page.sample({{"household", "home"}}, {{"plan", "1 \"Month\"\\\nUnlimited"}}, 885'126'291'542);
    page.family(kHistogram);
    page.histogram({{"household", "home"}}, kBounds, kCounts, 12.5);
  });
  const auto lines = [](const std::string& text) {
    std::vector<std::string> result;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      result.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    std::sort(result.begin(), result.end());  // it writes a histogram's count and sum first
    return result;
  };
  EXPECT_EQ(lines(ours), lines(prometheus::TextSerializer().Serialize({gauges, histograms})));
}

}  // namespace
}  // namespace taara
