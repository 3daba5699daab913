// SPDX-License-Identifier: Apache-2.0
#include "io/store_schema.h"

#include <array>

namespace taara {
namespace {

constexpr const char* kVersion1 = R"sql(
CREATE TABLE store(
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created INTEGER,
  readings INTEGER NOT NULL
) STRICT;
INSERT INTO store VALUES(1, 1, NULL, 0);
CREATE TABLE households(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE state(
  household INTEGER PRIMARY KEY REFERENCES households(id) ON DELETE CASCADE,
  saved INTEGER NOT NULL,
  last_usable INTEGER NOT NULL,
  plan TEXT,
  plans TEXT,
  polling TEXT NOT NULL,
  book TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
CREATE TABLE attempts(
  id INTEGER PRIMARY KEY,
  household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
  started INTEGER NOT NULL,
  UNIQUE(household, started)
) STRICT;
CREATE TABLE readings(
  id INTEGER PRIMARY KEY,
  household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
  started INTEGER NOT NULL,
  time INTEGER NOT NULL,
  status TEXT NOT NULL,
  error TEXT,
  reached INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  remaining INTEGER,
  used INTEGER,
  allocation INTEGER,
  resolution INTEGER NOT NULL,
  purchased INTEGER,
  expiry INTEGER,
  expiry_resolution INTEGER NOT NULL,
  response_ms INTEGER NOT NULL,
  plan TEXT,
  plans TEXT,
  events TEXT,
  violations TEXT,
  UNIQUE(household, started)
) STRICT;
CREATE TABLE cycles(
  id INTEGER PRIMARY KEY,
  household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  allocation INTEGER,
  used INTEGER NOT NULL,
  used_peak INTEGER NOT NULL,
  meter_offset INTEGER NOT NULL,
  top_ups INTEGER NOT NULL,
  UNIQUE(household, starts)
) STRICT;
CREATE TABLE days(
  id INTEGER PRIMARY KEY,
  household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
  date TEXT NOT NULL,
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  budget INTEGER,
  used INTEGER NOT NULL,
  UNIQUE(household, date)
) STRICT;
CREATE TABLE hours(
  id INTEGER PRIMARY KEY,
  household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
  starts INTEGER NOT NULL,
  used INTEGER NOT NULL,
  UNIQUE(household, starts)
) STRICT;
CREATE TABLE raw(
  id INTEGER PRIMARY KEY,
  household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
  started INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE(household, started)
) STRICT;
)sql";

constexpr const char* kVersion2 = R"sql(
CREATE TABLE habits(
  household INTEGER PRIMARY KEY REFERENCES households(id) ON DELETE CASCADE,
  learned BLOB NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
UPDATE store SET version=2;
)sql";

constexpr std::array<const char*, 2> kSteps{kVersion1, kVersion2};

constexpr std::array<Table, 8> kTables{{
    {"state", "household", "household, saved, last_usable, plan, plans, polling, book, checksum", 8, 4},
    {"habits", "household", "household, learned, checksum", 3, 1},
    {"attempts", "id", "household, started", 2, 256},
    {"readings", "id",
     "household, started, time, status, error, reached, accepted, remaining, used, allocation, resolution, purchased, "
     "expiry, expiry_resolution, response_ms, plan, plans, events, violations",
     19, 64},
    {"cycles", "id", "household, starts, ends, allocation, used, used_peak, meter_offset, top_ups", 8, 128},
    {"days", "id", "household, date, starts, ends, budget, used", 6, 128},
    {"hours", "id", "household, starts, used", 3, 256},
    {"raw", "id", "household, started, body", 3, 16},
}};

Result<void> apply_steps(Connection& database, std::span<const char* const> steps) {
  auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  for (auto i = static_cast<std::size_t>(*version); i < steps.size(); ++i) {
    if (auto done = database.run(steps[i]); !done) {
      return Error{done.error().code,
                   "cannot bring the store to version " + std::to_string(i + 1) + ": " + done.error().what};
    }
  }
  return database.run("PRAGMA application_id=" + std::to_string(kApplicationId) +
                      "; PRAGMA user_version=" + std::to_string(steps.size()) + "; COMMIT");
}

}  // namespace

std::span<const char* const> schema_steps() { return kSteps; }

std::span<const Table> store_tables() { return kTables; }

Result<void> check_version(Connection& database, std::size_t newest) {
  auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  auto application = database.integer("PRAGMA application_id");
  if (!application) return application.error();
  auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const bool empty = *version == 0 && *tables == 0;
  if (!empty && *application != kApplicationId) return Error{Errc::corrupt, "not a store of this program"};
  if (*version < 0 || (*version == 0 && !empty)) return Error{Errc::corrupt, "the store's version is missing"};
  if (static_cast<std::size_t>(*version) > newest) {
    // The number is kept twice, so that one flipped bit in the file's head doesn't pass for a newer program's file.
    if (auto second = database.integer("SELECT version FROM store"); second && *second != *version) {
      return Error{Errc::corrupt, "the store's two version numbers differ"};
    }
    return Error{Errc::newer_schema,
                 "the store has version " + std::to_string(*version) + ", this program knows versions up to " +
                     std::to_string(newest) +
                     "; start the newer program that wrote it, or give this one another store.path"};
  }
  return {};
}

Result<void> migrate(Connection& database, std::span<const char* const> steps) {
  if (auto known = check_version(database, steps.size()); !known) return known.error();
  auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  if (static_cast<std::size_t>(*version) == steps.size()) return {};
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun.error();
  auto applied = apply_steps(database, steps);
  if (!applied) database.roll_back();
  return applied;
}

Result<void> set_up_for_writing(Connection& database) {
  auto mode = database.text("PRAGMA journal_mode=WAL");
  if (!mode) return mode.error();
  if (*mode != "wal")
    return Error{Errc::io, "the file system allows no write-ahead log (journal_mode is " + *mode + ")"};
  return database.run(
      "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
      "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=4194304");
}

}  // namespace taara
