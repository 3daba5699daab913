// SPDX-License-Identifier: Apache-2.0
// docs/metrics.md, the tables and the page say the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "app/own_metrics.h"
#include "core/metrics.h"
#include "core/reading.h"
#include "core/snapshot.h"
#include "core/verdict.h"

namespace taara {
namespace {

struct Row {
  std::string type;
  std::set<std::string> labels;
  std::string help;
  std::string absent;
  bool operator==(const Row&) const = default;
};

std::string text_of(const std::string& path) {
  std::ifstream file(std::string(TAARA_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<std::string> quoted(const std::string& text) {
  static const std::regex backquoted("`([^`]+)`");
  std::set<std::string> found;
  for (std::sregex_iterator i(text.begin(), text.end(), backquoted), end; i != end; ++i) found.insert((*i)[1]);
  return found;
}

std::map<std::string, Row> documented() {
  static const std::regex row_pattern(R"(^\| `(\w+)` \| (\w+) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$)");
  std::map<std::string, Row> rows;
  std::istringstream lines(text_of("docs/metrics.md"));
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row_pattern)) continue;
    const bool is_new = rows.emplace(match[1], Row{match[2], quoted(match[3]), match[4], match[5]}).second;
    EXPECT_TRUE(is_new) << match[1] << " is listed twice";
  }
  return rows;
}

std::string type_name(MetricType type) {
  switch (type) {
    case MetricType::gauge:
      return "gauge";
    case MetricType::counter:
      return "counter";
    case MetricType::histogram:
      return "histogram";
    case MetricType::info:
      return "info";
  }
  return "";
}

std::vector<MetricFamily> all_families() {
  std::vector<MetricFamily> families = snapshot_families();
  for (const MetricFamily& family : own_families()) families.push_back(family);
  return families;
}

TEST(MetricsDocument, ListsExactlyTheFamiliesWithTheirTypesAndHelpTexts) {
  std::map<std::string, Row> rows = documented();
  for (const MetricFamily& family : all_families()) {
    const auto row = rows.find(std::string(family.name));
    ASSERT_NE(row, rows.end()) << family.name << " is missing in docs/metrics.md";
    EXPECT_EQ(row->second.type, type_name(family.type)) << family.name;
    EXPECT_EQ(row->second.help, family.help) << family.name;
    EXPECT_FALSE(row->second.absent.empty()) << family.name;
    rows.erase(row);
  }
  for (const auto& [name, row] : rows) ADD_FAILURE() << name << " is in docs/metrics.md but nowhere else";
}

TEST(MetricsDocument, ListsTheLabelsThatThePageHas) {
  static const std::regex sample_pattern(R"re(^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+$)re");
  static const std::regex label_pattern("(\\w+)=\"");
  const std::map<std::string, Row> rows = documented();
  std::map<std::string, std::set<std::string>> on_page;
  std::istringstream lines(text_of("tests/golden/metrics.prom"));
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (line.starts_with("#") || !std::regex_match(line, match, sample_pattern)) continue;
    const std::string labels = match[2];
    auto& names = on_page[match[1]];
    for (std::sregex_iterator i(labels.begin(), labels.end(), label_pattern), end; i != end; ++i) {
      if ((*i)[1] != "household" && (*i)[1] != "le") names.insert((*i)[1]);
    }
  }
  EXPECT_GT(on_page.size(), 40U);
  for (const auto& [name, labels] : on_page) {
    ASSERT_TRUE(rows.contains(name)) << name;
    EXPECT_EQ(rows.at(name).labels, labels) << name;
  }
}

TEST(MetricsDocument, TheGoldenPageShowsEveryFamilyOfTheSnapshot) {
  const std::string page = text_of("tests/golden/metrics.prom");
  for (const MetricFamily& family : snapshot_families()) {
    EXPECT_THAT(page, testing::HasSubstr("# TYPE " + std::string(family.name) + " "));
  }
}

TEST(MetricsDocument, ListsEveryLabelValueOfTheClosedLists) {
  const std::set<std::string> words = quoted(text_of("docs/metrics.md"));
  const auto expect_all = [&](const auto& names) {
    for (const std::string_view name : names) EXPECT_TRUE(words.contains(std::string(name))) << name;
  };
  expect_all(kPollErrorNames);
  expect_all(kFieldNames);
  expect_all(kMeterEventNames);
  expect_all(kReadingStatusNames);
  expect_all(kPollingModeNames);
  expect_all(kStoreOpNames);
  expect_all(kEfficiencyWords);
}

}  // namespace
}  // namespace taara
