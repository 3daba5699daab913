// SPDX-License-Identifier: Apache-2.0
#include "core/usage_csv.h"

#include <algorithm>
#include <charconv>

#include "core/in_quotes.h"

namespace taara {
namespace {

constexpr std::size_t kMostNamesTold = 10;
constexpr std::int64_t kLatest = 7'258'118'400;  // 2200-01-01

struct Whole {
  std::int64_t number = 0;
  std::string fault;
};

Whole whole(std::string_view name, std::string_view text, std::int64_t most) {
  const auto wrong = [&](std::string_view what) {
    return Whole{0, std::string(name) + " " + in_quotes(text) + " " + std::string(what)};
  };
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool all = !text.empty() && end == text.data() + text.size();
  if (failed == std::errc::invalid_argument || !all) return wrong("is no whole number");
  if (text.front() == '-') return wrong("is negative");
  if (failed != std::errc() || number > most) return wrong("is too large");
  return {number, {}};
}

}  // namespace

bool UsageCsvReader::take_header(const TextLine& line) {
  header_seen_ = true;
  has_series_ = line.text == kUsageSeriesHeader;
  if (has_series_ || line.text == kUsageHeader) return true;
  to_.sink.problem(line.number, "the first line is neither `timestamp,bytes` nor `series,timestamp,bytes`");
  return good_ = false;
}

bool UsageCsvReader::is_wanted(std::string_view series) {
  if (series_.size() < kMostNamesTold) series_.emplace(series);
  if (!wanted_) wanted_ = series;
  return *wanted_ == series;
}

bool UsageCsvReader::take(const TextLine& line) {
  if (!header_seen_) return take_header(line);
  const auto wrong = [&](std::string why) {
    to_.sink.problem(line.number, std::move(why));
    good_ = false;
    return true;
  };
  std::string_view rest = line.text;
  if (rest.find('"') != std::string_view::npos) return wrong("quotes are not used in this format");
  const auto commas = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), ','));
  const std::size_t needed = has_series_ ? 2 : 1;
  if (commas != needed) {
    return wrong("found " + std::to_string(commas + 1) + " fields; needed: " + std::to_string(needed + 1) + ", as in " +
                 std::string(has_series_ ? kUsageSeriesHeader : kUsageHeader));
  }
  if (has_series_) {
    const auto comma = rest.find(',');
    const bool wanted = is_wanted(rest.substr(0, comma));
    rest.remove_prefix(comma + 1);
    if (!wanted) return true;
  }
  const auto comma = rest.find(',');
  return add(line, rest.substr(0, comma), rest.substr(comma + 1));
}

bool UsageCsvReader::add(const TextLine& line, std::string_view timestamp, std::string_view bytes) {
  const auto wrong = [&](std::string why) {
    to_.sink.problem(line.number, std::move(why));
    good_ = false;
    return true;
  };
  if (rows_.size() >= kMostRows) {
    to_.sink.problem(line.number, "more than 1,000,000 rows of one series");
    return good_ = false;
  }
  Whole at = whole("timestamp", timestamp, kLatest);
  if (!at.fault.empty()) return wrong(std::move(at.fault));
  Whole used = whole("bytes", bytes, kMaxPlausible.count);
  if (!used.fault.empty()) return wrong(std::move(used.fault));
  const Time start{seconds{at.number}};
  if (!rows_.empty() && start == rows_.back().start)
    return wrong("timestamp " + std::string(timestamp) + " comes twice");
  if (!rows_.empty() && start < rows_.back().start)
    return wrong("timestamp " + std::string(timestamp) + " is earlier than the one before: not in order");
  rows_.push_back({line.number, start, Bytes{used.number}, {}});
  return true;
}

std::string UsageCsvReader::names() const {
  std::string text;
  for (const std::string& name : series_) text += (text.empty() ? "" : ", ") + in_quotes(name);
  return text + (series_.size() == kMostNamesTold ? " and perhaps more" : "");
}

void UsageCsvReader::finish() {
  if (has_series_ && !chosen_ && series_.size() > 1) {
    to_.sink.problem(0, "there are several series: " + names() + "; say which with --series NAME");
    return;
  }
  if (chosen_ && !has_series_ && header_seen_) {
    to_.sink.problem(1, "--series was given, but this file has one series without a name");
    return;
  }
  if (chosen_ && good_ && rows_.empty()) {
    to_.sink.problem(0,
                     "there is no series " + in_quotes(*wanted_) + (series_.empty() ? "" : "; there are " + names()));
    return;
  }
  if (!good_) return;
  const auto step = step_of(rows_, to_.sink);
  if (step == UsageStep::hour) put_hours(rows_, {}, to_);
  if (step == UsageStep::day) put_days(rows_, to_);
}

}  // namespace taara
