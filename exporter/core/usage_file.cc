// SPDX-License-Identifier: Apache-2.0
#include "core/usage_file.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "core/in_quotes.h"
#include "core/usage_steps.h"

namespace taara {
namespace {

constexpr std::string_view kHeader = "timestamp,bytes";
constexpr std::string_view kSeriesHeader = "series,timestamp,bytes";
constexpr std::int64_t kLatest = 7'258'118'399;  // the last second of 2199

enum class Fault : std::uint8_t { none, negative, impossible };

struct Row {
  Time start;
  double used = 0;
  std::uint32_t line = 0;
  Fault fault = Fault::none;
};

struct Rows {
  std::string name;
  std::vector<Row> rows;  // those that begin before `until`
};

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

Error wrong(std::size_t line, const std::string& what) {
  return {Errc::invalid, "line " + std::to_string(line) + ": " + what};
}

// A whole number, all of `text`.
std::from_chars_result whole_number(std::string_view text, std::int64_t& number) {
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec == std::errc() && result.ptr != end) return {result.ptr, std::errc::invalid_argument};
  return result;
}

Result<Time> parse_timestamp(std::size_t line, std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = whole_number(text, number);
  if (failed == std::errc() && number >= 0 && number <= kLatest) return Time{seconds{number}};
  return wrong(line, "timestamp " + in_quotes(text) +
                         " is none; allowed: whole UTC epoch seconds of the years 1970 to 2199, such as 1760972400");
}

Result<void> parse_amount(std::string_view text, Row& row) {
  std::string_view digits = text;
  if (const auto point = text.find('.'); point != std::string_view::npos) {  // a fraction of a byte counts nothing
    const auto fraction = text.substr(point + 1);
    digits = text.substr(0, point);
    if (fraction.empty() || fraction.find_first_not_of("0123456789") != std::string_view::npos) digits = {};
  }
  std::int64_t number = 0;
  const auto [end, failed] = whole_number(digits, number);
  if (failed != std::errc())
    return wrong(row.line,
                 "bytes " + in_quotes(text) +
                     (failed == std::errc::result_out_of_range ? " is more than can be counted" : " is no number") +
                     "; allowed: a whole number of bytes such as 6652059845");
  if (number < 0 || (number == 0 && digits.front() == '-' && text.find_first_of("123456789") != text.npos))
    row.fault = Fault::negative;
  else if (number > kMaxPlausible.count)
    row.fault = Fault::impossible;
  row.used = static_cast<double>(number);
  return {};
}

class Reader {
 public:
  explicit Reader(std::optional<Time> until) : until_(until) {}

  Result<void> take(std::size_t number, std::string_view line) {
    if (!header_seen_) return take_header(number, line);
    const std::size_t needed = named_ ? 3 : 2;
    const auto fields = static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1;
    if (fields != needed) {
      return wrong(number, "found " + std::to_string(fields) + (fields == 1 ? " field" : " fields") + "; allowed: " +
                               std::to_string(needed) + ", as in " + std::string(named_ ? kSeriesHeader : kHeader));
    }
    const auto last = line.rfind(',');
    const auto first = named_ ? line.find(',') : std::string_view::npos;
    const std::size_t timestamp = named_ ? first + 1 : 0;
    const std::string_view name = named_ ? trimmed(line.substr(0, first)) : std::string_view();
    if (named_ && name.empty()) return wrong(number, "the series has no name");
    const auto start = parse_timestamp(number, trimmed(line.substr(timestamp, last - timestamp)));
    if (!start) return start.error();
    Rows& rows = rows_of(name);
    if (until_ && *start >= *until_) return {};
    if (++count_ > kMostUsageRows) return wrong(number, "that is more than 5,000,000 rows; split the file");
    Row row{.start = *start, .line = static_cast<std::uint32_t>(number)};
    if (auto amount = parse_amount(trimmed(line.substr(last + 1)), row); !amount) return amount;
    rows.rows.push_back(row);
    return {};
  }

  [[nodiscard]] bool header_seen() const { return header_seen_; }
  [[nodiscard]] bool named() const { return named_; }
  [[nodiscard]] std::vector<Rows>& series() { return series_; }

 private:
  Result<void> take_header(std::size_t number, std::string_view line) {
    header_seen_ = true;
    named_ = line == kSeriesHeader;
    if (!named_ && line != kHeader) {
      return wrong(number, "found " + in_quotes(line) + " where the header belongs; allowed: " + std::string(kHeader) +
                               " or " + std::string(kSeriesHeader));
    }
    return {};
  }

  Rows& rows_of(std::string_view name) {
    if (series_.empty() || series_[latest_].name != name) {
      const auto [at, added] = places_.try_emplace(std::string(name), series_.size());
      if (added) series_.push_back({std::string(name), {}});
      latest_ = at->second;
    }
    return series_[latest_];
  }

  std::optional<Time> until_;
  bool header_seen_ = false;
  bool named_ = false;
  std::size_t count_ = 0;
  std::size_t latest_ = 0;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::vector<Rows> series_;
};

void warn(std::vector<UsageWarning>& warnings, const Row& row, const std::string& what) {
  warnings.push_back({row.line, what + "; that time is taken as unknown"});
}

// Rows of one moment: the amount that they agree on.
std::optional<double> agreed(std::span<const Row> rows, std::vector<UsageWarning>& warnings) {
  std::optional<double> used = rows.front().used;
  for (const Row& row : rows) {
    if (row.fault == Fault::none && row.used == rows.front().used) continue;
    used.reset();
    if (row.fault == Fault::negative)
      warn(warnings, row, "the amount is negative");
    else if (row.fault == Fault::impossible)
      warn(warnings, row, "the amount is impossible, more than 1000 TB");
    else
      warn(warnings, row,
           "the amount is another than that of line " + std::to_string(rows.front().line) + " for the same timestamp");
  }
  return used;
}

UsageSeries series_from(Rows& from, const date::time_zone& zone, std::optional<Time> until,
                        std::vector<UsageWarning>& warnings) {
  UsageSeries series{.name = std::move(from.name), .begun = !from.rows.empty(), .end = std::nullopt, .intervals = {}};
  std::vector<Row> rows = std::move(from.rows);
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.start < b.start; });
  std::vector<Time> starts;
  for (const Row& row : rows)
    if (starts.empty() || row.start != starts.back()) starts.push_back(row.start);
  const std::vector<Time> ends = until ? ends_by(starts, zone, *until) : ends_of(starts, zone);
  if (!ends.empty()) series.end = ends.back();
  auto row = rows.begin();
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const auto next = std::find_if(row, rows.end(), [&](const Row& other) { return other.start != starts[i]; });
    if (const auto used = agreed({row, next}, warnings)) series.intervals.push_back({starts[i], ends[i], *used});
    row = next;
  }
  return series;
}

}  // namespace

Result<UsageFile> read_usage_file(std::string_view text, const date::time_zone& zone, std::optional<Time> until) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Reader reader(until);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trimmed(line);
    if (line.empty()) continue;
    if (auto taken = reader.take(number, line); !taken) return taken.error();
  }
  if (!reader.header_seen()) {
    return wrong(1, "there is no header; allowed: " + std::string(kHeader) + " or " + std::string(kSeriesHeader));
  }
  UsageFile file;
  file.named = reader.named();
  for (Rows& rows : reader.series()) file.series.push_back(series_from(rows, zone, until, file.warnings));
  std::stable_sort(file.warnings.begin(), file.warnings.end(),
                   [](const UsageWarning& a, const UsageWarning& b) { return a.line < b.line; });
  return file;
}

}  // namespace taara
