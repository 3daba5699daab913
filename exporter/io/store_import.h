// SPDX-License-Identifier: Apache-2.0
// Puts rows of another store or program into the store: all of a file or nothing, over nothing that is there. Holds the
// store's lock, so no exporter runs on it meanwhile.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/history_table.h"
#include "io/store.h"

namespace taara {

class StoreImport {
 public:
  // Opens or creates the store as the exporter does, and begins. Errors: busy (an exporter runs), newer_schema,
  // permission, io.
  [[nodiscard]] static Result<std::unique_ptr<StoreImport>> begin(const std::string& directory, Time now,
                                                                  StoreNotice notice);
  // Undoes everything unless it was committed.
  ~StoreImport();
  StoreImport(const StoreImport&) = delete;
  StoreImport& operator=(const StoreImport&) = delete;

  // Whose rows follow.
  [[nodiscard]] Result<void> household(const std::string& name);
  // The row has passed HistoryCheck. False: there is one with this key, which stays.
  [[nodiscard]] Result<bool> add(const HistoryTable& table, const HistoryRow& row);
  // Durable when this returns. An error `invalid`: the account that came in makes no sense, and nothing was kept.
  [[nodiscard]] Result<void> commit();

 private:
  struct State;
  explicit StoreImport(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace taara
