// SPDX-License-Identifier: Apache-2.0
// From a path to a database that can be written: creates, checks, migrates, and replaces what is damaged by a new file
// with everything that could be read. Never deletes or overwrites a file with data.
#pragma once

#include <optional>
#include <string>

#include "io/sqlite.h"
#include "io/store_files.h"
#include "io/store_salvage.h"

namespace taara {

enum class Suspicion {
  none,     // opened again after a failure: no full check
  usual,    // a start: check the structure where the file is small enough to do so quickly
  damaged,  // SQLite has met damage: don't check, salvage
};

struct Opening {
  Connection database;
  bool created = false;                  // it was missing or empty
  std::optional<std::string> put_aside;  // where the damaged file is now
  std::optional<Salvage> salvage;        // what was kept of it
};

inline constexpr std::uint64_t kLargestCheckedFully = 64ULL * 1024 * 1024;
inline constexpr std::uint64_t kLargestChecked = 256ULL * 1024 * 1024;

[[nodiscard]] Result<Opening> open_database(const StorePaths& paths, Time now, Suspicion suspicion);

}  // namespace taara
