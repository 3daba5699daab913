// SPDX-License-Identifier: Apache-2.0
// Erases a household from the store's files. Holds the store's lock, so no exporter runs on it meanwhile.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/store.h"

namespace taara {

class StoreForget {
 public:
  // Errors: not_found (there is no store), busy (an exporter runs), newer_schema, permission, io.
  [[nodiscard]] static Result<std::unique_ptr<StoreForget>> open(const std::string& directory, Time now,
                                                                 StoreNotice notice);
  ~StoreForget();
  StoreForget(const StoreForget&) = delete;
  StoreForget& operator=(const StoreForget&) = delete;

  // Names that something is stored about, sorted.
  [[nodiscard]] Result<std::vector<std::string>> households();
  // How many rows a household has; nothing when the store doesn't know it.
  [[nodiscard]] Result<std::optional<std::int64_t>> rows_of(const std::string& household);
  // Deletes every row of it, then writes the database anew and empties its log, so that no byte of it is left in them.
  [[nodiscard]] Result<void> erase(const std::string& household);

  // Databases that were put aside, with their logs: they may hold data of any household.
  [[nodiscard]] std::vector<std::string> damaged_files() const;
  [[nodiscard]] Result<void> remove(const std::vector<std::string>& files) const;

 private:
  struct State;
  explicit StoreForget(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace taara
