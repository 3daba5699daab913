// SPDX-License-Identifier: Apache-2.0
// A household's history as one CSV file for people and spreadsheets: readings, cycles, days and hours, one row each.
// docs/store.md describes the columns. What a flat file can't carry (raw answers, single plans, the account) is left
// out.
#pragma once

#include <date/tz.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/history_sink.h"
#include "core/line_splitter.h"

namespace taara {

// Whether rows of this table are in the file.
[[nodiscard]] bool is_in_csv(const HistoryTable& table);

[[nodiscard]] std::string history_csv_header();  // without line end, as all below
[[nodiscard]] std::string history_csv_row(std::string_view household, const date::time_zone& zone,
                                          const HistoryTable& table, const HistoryRow& row);

class HistoryCsvReader {
 public:
  // Both must outlive this. Days must begin where they do in this zone.
  HistoryCsvReader(const date::time_zone& zone, HistorySink& sink) : zone_(zone), sink_(sink) {}
  // False: what follows is of no use; the sink knows why.
  [[nodiscard]] bool take(const TextLine& line);

 private:
  [[nodiscard]] bool take_header(const TextLine& line);

  const date::time_zone& zone_;
  HistorySink& sink_;
  bool header_seen_ = false;
  std::optional<std::string> household_;
};

}  // namespace taara
