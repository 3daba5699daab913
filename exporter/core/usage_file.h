// SPDX-License-Identifier: Apache-2.0
// Reads a history of use from CSV: `timestamp,bytes` or `series,timestamp,bytes` under that header, the use in the
// interval that begins at the timestamp (UTC epoch seconds). A missing row means unknown, never zero. Rows may be out
// of order and twice; rows that contradict each other and amounts that can't be are unknown, with a warning. What is no
// row of numbers is an error.
#pragma once

#include <date/tz.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/usage_history.h"

namespace taara {

struct UsageSeries {
  std::string name;                      // empty where the file has one series without a name
  bool begun = false;                    // has rows that begin before the time until which is read
  std::optional<Time> end;               // of the last row read, also where its amount is unknown
  std::vector<UsageInterval> intervals;  // in order, no two overlap
};

struct UsageWarning {
  std::size_t line = 0;
  std::string text;
};

struct UsageFile {
  bool named = false;                  // the file tells series by name
  std::vector<UsageSeries> series;     // in the order of the file
  std::vector<UsageWarning> warnings;  // in the order of lines
};

inline constexpr std::size_t kMostUsageRows = 5'000'000;

// Rows that aren't over by `until` have no part in what is read: of those that begin later only the timestamp is looked
// at. The error says the line first: "line 7: …".
[[nodiscard]] Result<UsageFile> read_usage_file(std::string_view text, const date::time_zone& zone,
                                                std::optional<Time> until);

}  // namespace taara
