// SPDX-License-Identifier: Apache-2.0
// Deletes what is older than the owner wants to keep, a little at a time. Opens no transaction; the caller does.
#pragma once

#include <optional>
#include <vector>

#include "core/config.h"
#include "io/sqlite.h"

namespace taara {

class Retention {
 public:
  // The connection must outlive this.
  [[nodiscard]] static Result<Retention> prepare(Connection& database);

  // One small step over the next households; returns how many readings it deleted.
  [[nodiscard]] Result<std::int64_t> step(const StoreConfig& config, Time now);

 private:
  explicit Retention(Connection& database) : database_(&database) {}
  Connection* database_;
  std::vector<Statement> deletes_;
  std::optional<Statement> next_household_;
  std::int64_t last_household_ = 0;
};

}  // namespace taara
