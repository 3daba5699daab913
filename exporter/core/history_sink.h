// SPDX-License-Identifier: Apache-2.0
// Where a reader of a file with history puts what it finds. Lines count from 1; 0 is the file as a whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/history_table.h"

namespace taara {

class HistorySink {
 public:
  virtual ~HistorySink() = default;
  // Whose history it is, before any row, where the file says it. False: not wanted, and the reader stops.
  [[nodiscard]] virtual bool household(std::size_t line, std::string_view name) = 0;
  virtual void row(std::size_t line, const HistoryTable& table, const HistoryRow& row) = 0;
  virtual void problem(std::size_t line, std::string text) = 0;
};

}  // namespace taara
