// SPDX-License-Identifier: Apache-2.0
// What can still be read of a damaged store, copied row by row into a new one. The damaged file is only read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/sqlite.h"
#include "io/store_files.h"

namespace taara {

struct Salvage {
  std::int64_t readings = 0;          // copied
  std::int64_t rows = 0;              // copied, of all tables
  bool complete = true;               // nothing was unreadable
  bool tables_found = true;           // false: the file's first page is of no use
  std::optional<std::int64_t> known;  // readings that the file said it had
  std::optional<std::int64_t> created;
};

// Copies what is readable, at most about `newest` rows of a table. A row that `to` has too is replaced. Households are
// matched by name; rows of one whose name is lost go to "unknown-<id>". An error is always one of `to`.
[[nodiscard]] Result<Salvage> copy_readable(Connection& from, Connection& to, std::int64_t newest);

// Builds paths.scratch from the damaged paths.database; the caller puts it in place.
[[nodiscard]] Result<Salvage> salvage(const StorePaths& paths, Time now);

// One sentence for the log.
[[nodiscard]] std::string describe(const Salvage& salvage);

}  // namespace taara
