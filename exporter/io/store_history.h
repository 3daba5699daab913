// SPDX-License-Identifier: Apache-2.0
// What the store remembers of a household, read row by row beside a running exporter. Everything that one StoreHistory
// reads is of one moment. Keep it short: while it lives the database's log can't be shortened.
#pragma once

#include <date/date.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/history_table.h"
#include "core/ledger.h"
#include "io/sqlite.h"

namespace taara {

// How well an hour's use is known. An hour without a row is not known at all; one without use has a row with 0.
enum class HourKnowledge {
  whole,    // readings lie close around and in it, or it was imported, or its readings are older than are kept
  spread,   // it lies in a gap of more than six hours between readings, over which the use was spread evenly
  partial,  // the first reading ever came during it
};

struct StoredHour {
  Time start;  // a full local hour
  Bytes used;
  HourKnowledge known = HourKnowledge::whole;
};

struct StoredDay {
  date::local_days date;
  Time start;
  Time end;
  std::optional<Bytes> budget;
  Bytes used;
};

// A usable answer of the line, with personal fields removed.
struct StoredAnswer {
  Time answered;
  std::string body;
};

class StoreHistory {
 public:
  // The store in this directory, read only. Errors: not_found (there is none), newer_schema, corrupt, permission, io.
  [[nodiscard]] static Result<StoreHistory> open(const std::string& directory);

  // Sorted by name.
  [[nodiscard]] Result<std::vector<std::string>> households();
  // The account as it was last saved; nothing when there is none. An error `invalid` when it is damaged.
  [[nodiscard]] Result<std::optional<LedgerState>> book(const std::string& household);

  // The newest usable answer that is kept; nothing when there is none.
  [[nodiscard]] Result<std::optional<StoredAnswer>> newest_answer(const std::string& household);

  // Each of these calls `visit` with every row in the order of time until that returns false. A household that isn't
  // known has no rows.
  [[nodiscard]] Result<void> rows(const std::string& household, const HistoryTable& table,
                                  const std::function<bool(const HistoryRow&)>& visit);
  [[nodiscard]] Result<void> readings(const std::string& household,
                                      const std::function<bool(const StoredReading&)>& visit);
  // Hours that begin at `from` or later, end not after `to`, and were over at the last reading (or were imported).
  [[nodiscard]] Result<void> hours(const std::string& household, Time from, Time to,
                                   const std::function<bool(const StoredHour&)>& visit);
  // Days likewise.
  [[nodiscard]] Result<void> days(const std::string& household, Time from, Time to,
                                  const std::function<bool(const StoredDay&)>& visit);

 private:
  explicit StoreHistory(Connection database) : database_(std::move(database)) {}
  [[nodiscard]] Result<std::optional<Time>> last_accepted(const std::string& household);

  Connection database_;
};

}  // namespace taara
