// SPDX-License-Identifier: Apache-2.0
// A sink that keeps what a reader of history found, in words.
#pragma once

#include <string>
#include <vector>

#include "core/history_sink.h"

namespace taara {

struct KeptHistory final : HistorySink {
  bool household(std::size_t, std::string_view name) override {
    name_ = name;
    return wanted;
  }
  void row(std::size_t line, const HistoryTable& table, const HistoryRow& row) override {
    std::string text = std::to_string(line) + " " + std::string(table.name);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (const auto* const number = std::get_if<std::int64_t>(&row[i]))
        text += " " + std::string(table.columns[i].name) + "=" + std::to_string(*number);
      else if (const auto* const words = std::get_if<std::string>(&row[i]))
        text += " " + std::string(table.columns[i].name) + "=" + *words;
    }
    rows.push_back(text);
    tables.push_back(&table);
    values.push_back(row);
  }
  void problem(std::size_t line, std::string text) override {
    problems.push_back(std::to_string(line) + ": " + std::move(text));
  }

  std::string name_;
  bool wanted = true;
  std::vector<std::string> rows;
  std::vector<const HistoryTable*> tables;
  std::vector<HistoryRow> values;
  std::vector<std::string> problems;
};

}  // namespace taara
