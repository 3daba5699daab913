// SPDX-License-Identifier: Apache-2.0
// Plain CSV of use per interval: `timestamp,bytes` or `series,timestamp,bytes`, one series of it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/line_splitter.h"
#include "core/usage_rows.h"

namespace taara {

inline constexpr std::string_view kUsageHeader = "timestamp,bytes";
inline constexpr std::string_view kUsageSeriesHeader = "series,timestamp,bytes";

class UsageCsvReader {
 public:
  static constexpr std::size_t kMostRows = 1'000'000;  // of the series; 114 years of hours

  // What `to` holds must outlive this. Without `series` there may be one only.
  UsageCsvReader(std::optional<std::string> series, UsageTarget to)
      : chosen_(series.has_value()), wanted_(std::move(series)), to_(to) {}
  // False: what follows is of no use; the sink knows why.
  [[nodiscard]] bool take(const TextLine& line);
  // Finds the step and hands over the rows.
  void finish();

 private:
  [[nodiscard]] bool take_header(const TextLine& line);
  [[nodiscard]] bool add(const TextLine& line, std::string_view timestamp, std::string_view bytes);
  [[nodiscard]] bool is_wanted(std::string_view series);
  [[nodiscard]] std::string names() const;

  bool chosen_;  // somebody said which series
  std::optional<std::string> wanted_;
  UsageTarget to_;
  bool header_seen_ = false;
  bool has_series_ = false;
  bool good_ = true;
  std::set<std::string, std::less<>> series_;  // names seen, the first few
  std::vector<UsageRow> rows_;
};

}  // namespace taara
