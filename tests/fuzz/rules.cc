// SPDX-License-Identifier: Apache-2.0
#include "fuzz/rules.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "core/label.h"
#include "core/utf8.h"

namespace taara::fuzz {
namespace {

constexpr std::size_t kMostWords = 4096;
constexpr Time kLatest{seconds{7'258'118'400}};            // 2200
constexpr std::chrono::hours kLongestSpan{24 * 366 * 10};  // ten years

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

void must_be_amount(const std::optional<Bytes>& bytes) {
  must(!bytes || (*bytes >= Bytes{0} && *bytes <= kMaxPlausible), "an amount outside 0 to 1000 TB");
}

void must_be_moment(const std::optional<Time>& time) {
  must(!time || (*time >= Time{} && *time <= kLatest + kLongestSpan), "a time that nobody can have meant");
}

}  // namespace

std::string_view text_of(Input input) { return {reinterpret_cast<const char*>(input.data()), input.size()}; }

void must_be_words(std::string_view words, std::size_t most) {
  must(!words.empty(), "a message without words");
  must(words.size() <= most, "a message of unbounded length");
  must(valid_utf8_bytes(words) == words.size(), "a message that is no UTF-8");
  must(std::none_of(words.begin(), words.end(), is_control), "a message with a control character");
}

void must_be_label(std::string_view label) {
  must(label.size() <= kMaxLabelBytes, "a label of more than 128 bytes");
  must(clean_label(label) == label, "a label that is not clean");
}

void must_be_told_well(const std::vector<ConfigProblem>& problems, std::string_view file) {
  must(!problems.empty(), "bad, and nobody says why");
  const auto lines = static_cast<int>(std::count(file.begin(), file.end(), '\n')) + 1;
  for (const ConfigProblem& problem : problems) {
    must_be_words(problem.text, kMostWords);
    must(problem.line >= 0 && problem.line <= lines && problem.column >= 0, "a problem at a place that isn't there");
    must_be_words(describe("taara.yml", problem), file.size() * 4 + kMostWords);
  }
}

void must_be_kept(std::string_view secret, const std::vector<ConfigProblem>& problems, std::string_view file) {
  const auto first = file.find(kCanary);
  if (secret.find(kCanary) == std::string_view::npos || file.find(kCanary, first + 1) != std::string_view::npos) return;
  for (const ConfigProblem& problem : problems)
    must(problem.text.find(kCanary) == std::string::npos, "a message repeats a secret");
}

void must_be_sound(const PollOutcome& outcome) {
  const Reading& reading = outcome.reading;
  must(reading.error.has_value() == (reading.status == ReadingStatus::failed), "an error without failure, or the like");
  for (const auto& violation : outcome.violations) {
    must_be_words(violation.detail, kMostWords);
    must(violation.detail.find(kCanary) == std::string::npos, "a violation that repeats a value");
  }
  must(outcome.violations.size() <= kFieldNames.size(), "more violations than fields");
  if (reading.status == ReadingStatus::failed) {
    must(!reading.remaining && !reading.used && !reading.allocation && !reading.expiry && !reading.purchased &&
             reading.plans.empty(),
         "a failed reading with numbers");
    must_be_words(outcome.detail, kMostWords);
    must(outcome.detail.find(kCanary) == std::string::npos, "a failure that repeats a value");
    must(!outcome.violations.empty(), "a bad answer that breaks nothing");
    return;
  }
  must(reading.remaining || reading.used, "a usable reading without any use");
  must(outcome.violations.empty() == (reading.status == ReadingStatus::success), "success with violations");
  for (const auto& bytes : {reading.remaining, reading.used, reading.allocation}) must_be_amount(bytes);
  must(reading.resolution >= Bytes{1} && reading.resolution <= kMaxPlausible, "a resolution that makes no sense");
  for (const auto& time : {reading.purchased, reading.expiry}) must_be_moment(time);
  must(reading.expiry_resolution > seconds{0} && reading.expiry_resolution <= std::chrono::hours{24},
       "an expiry of unknown precision");
  must_be_label(reading.plan);
  std::set<std::string_view> names;
  for (const PlanBalance& plan : reading.plans) {
    must_be_label(plan.plan);
    must_be_amount(plan.remaining);
    must(!plan.plan.empty() && names.insert(plan.plan).second, "two series of one name");
  }
  must(reading.plans.size() <= 65, "plans without end");
}

const Household& household() {
  static const Household home = [] {
    Household made;
    made.name = "home";
    made.zone = date::locate_zone("Africa/Nairobi");
    return made;
  }();
  return home;
}

bool Kept::household(std::size_t, std::string_view of) {
  name = of;
  return true;
}
void Kept::row(std::size_t, const HistoryTable& table, const HistoryRow& row) { rows.push_back({&table, row}); }
void Kept::problem(std::size_t, std::string text) { problems.push_back(std::move(text)); }

void must_be_sound(const Kept& kept) {
  for (const std::string& problem : kept.problems) must_be_words(problem, kMostWords);
  for (const Kept::Row& row : kept.rows)
    must(row.table != nullptr && row.values.size() == row.table->columns.size(), "a row of another shape");
}

std::vector<Kept::Row> good_rows(const Kept& kept) {
  std::vector<Kept::Row> good;
  HistoryCheck check(kNow);
  for (const Kept::Row& row : kept.rows) {
    const auto fault = check.fault(*row.table, row.values);
    if (!fault) good.push_back(row);
  }
  return good;
}

}  // namespace taara::fuzz
