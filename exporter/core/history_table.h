// SPDX-License-Identifier: Apache-2.0
// A household's history as rows, the same in the store and in every file: which tables and columns there are, what each
// holds, and what is wrong with a row that comes from outside.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/time.h"

namespace taara {

using HistoryValue = std::variant<std::monostate, std::int64_t, std::string>;  // absent, number, text
using HistoryRow = std::vector<HistoryValue>;                                  // in the order of the table's columns

enum class ColumnKind {
  time,           // seconds since 1970 in UTC
  amount,         // bytes
  signed_amount,  // a correction in bytes
  number,         // 0 to 2^32 - 1
  truth,          // 0 or 1
  status,         // a reading's
  error,          // why a poll failed
  date,           // local, 2025-08-21
  label,          // clean text of the line
  text,           // the store's own JSON, or a raw answer
};

[[nodiscard]] constexpr bool is_text(ColumnKind kind) { return kind >= ColumnKind::status; }

struct HistoryColumn {
  std::string_view name;
  ColumnKind kind;
  bool optional = false;
};

struct HistoryTable {
  std::string_view name;
  std::size_t key;  // the column that names a row within its household and orders the rows; state has one row only
  std::span<const HistoryColumn> columns;
};

// All tables with rows of a household, in the order of a file.
[[nodiscard]] std::span<const HistoryTable> history_tables();
// Null when there is none of this name.
[[nodiscard]] const HistoryTable* history_table(std::string_view name);
// The place of a column that is known to be there.
[[nodiscard]] std::size_t column_of(const HistoryTable& table, std::string_view name);

inline constexpr std::size_t kMaxHistoryText = std::size_t{256} << 10;  // bytes of one value

// Looks at the rows of one file, in its order.
class HistoryCheck {
 public:
  explicit HistoryCheck(Time now) : now_(now) {}

  // Why this row can't be taken, in words; nothing when it can. Rows of a table must come by ascending key.
  [[nodiscard]] std::optional<std::string> fault(const HistoryTable& table, const HistoryRow& row);

 private:
  Time now_;
  std::map<std::string_view, HistoryValue> last_key_;
};

}  // namespace taara
