// SPDX-License-Identifier: Apache-2.0
// The store's tables and how an older file becomes one of today. docs/store.md describes every column. Each step
// also writes its number into the table `store`.
#pragma once

#include <span>

#include "io/sqlite.h"

namespace taara {

inline constexpr std::int64_t kApplicationId = 0x54616172;  // "Taar", so that file(1) and we know our own

// Step i leads from version i to version i + 1. Released steps never change; a new version is a new step at the end.
[[nodiscard]] std::span<const char* const> schema_steps();

// Applies the steps that the file lacks, all or none, in one transaction. A file that knows more versions than there
// are steps is not touched: newer_schema. A file of another program: corrupt.
[[nodiscard]] Result<void> migrate(Connection& database, std::span<const char* const> steps);

// newer_schema when the file is too new, corrupt when it isn't ours. Reads only.
[[nodiscard]] Result<void> check_version(Connection& database, std::size_t newest);

// The pragmas that our promises rest on: write-ahead log, a sync per commit, foreign keys, secure deletion.
[[nodiscard]] Result<void> set_up_for_writing(Connection& database);

// Tables that hold rows of households: what a salvage copies. The first column is the household.
struct Table {
  const char* name;
  const char* id;
  const char* columns;
  int column_count;
  int rows_per_page;  // at most, roughly
};
[[nodiscard]] std::span<const Table> store_tables();

}  // namespace taara
