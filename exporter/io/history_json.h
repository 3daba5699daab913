// SPDX-License-Identifier: Apache-2.0
// A household's history as one JSON document, lossless. docs/store.md describes it. Both ways work piece by piece, in
// memory that doesn't grow with the history.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/history_sink.h"

namespace taara {

inline constexpr std::string_view kHistoryFormat = "taara-history";
inline constexpr std::int64_t kHistoryVersion = 1;

class HistoryJsonWriter {
 public:
  // Takes the text in pieces of about 64 KiB.
  using Sink = std::function<void(std::string_view)>;

  HistoryJsonWriter(std::string_view household, Sink sink);
  // The rows that follow belong to this table; each comes once.
  void table(const HistoryTable& table);
  void row(const HistoryRow& row);
  void finish();

 private:
  void end_table();
  void flush();

  Sink sink_;
  const HistoryTable* table_ = nullptr;
  bool first_row_ = true;
  std::string buffer_;
};

class HistoryJsonReader {
 public:
  // The sink must outlive this.
  explicit HistoryJsonReader(HistorySink& sink);
  ~HistoryJsonReader();
  HistoryJsonReader(const HistoryJsonReader&) = delete;
  HistoryJsonReader& operator=(const HistoryJsonReader&) = delete;

  // False: what follows is of no use; the sink knows why.
  [[nodiscard]] bool feed(std::string_view piece);
  // Nothing follows.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace taara
