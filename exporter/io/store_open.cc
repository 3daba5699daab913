// SPDX-License-Identifier: Apache-2.0
#include "io/store_open.h"

#include <unistd.h>

#include <utility>

#include "io/store_schema.h"

namespace taara {
namespace {

constexpr std::uint64_t kPageSize = 4096;  // SQLite's default, which the store keeps

bool is_empty(const std::string& path) {
  const auto file = identify(path);
  return !file || file->size == 0;
}

// Refuses a newer file before anything could change it.
Result<void> look_at_version(const StorePaths& paths) {
  auto look = Connection::open(paths.database, Connection::Mode::look);
  if (!look) return look.error();
  return check_version(*look, schema_steps().size());
}

// The full check also compares tables with their indexes, and takes several times as long.
Result<void> check_structure(Connection& database, std::uint64_t size) {
  if (size > kLargestChecked) return {};
  auto found = database.text(size > kLargestCheckedFully ? "PRAGMA quick_check(1)" : "PRAGMA integrity_check(1)");
  if (!found) return found.error();
  if (*found != "ok") return Error{Errc::corrupt, *found};
  return {};
}

// After a failed sync (of ours, or of a process that was killed right then) the log's last pages may be in memory only,
// though they read well. A checkpoint writes and syncs them anew, elsewhere, before anything is built on them.
Result<void> write_log_anew(Connection& database, Suspicion suspicion) {
  auto busy = database.integer("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy) return busy.error();
  if (*busy != 0 && suspicion != Suspicion::usual)
    return Error{Errc::busy, "another program reads the store; the log cannot be written anew"};
  return {};
}

Result<Connection> open_for_writing(const StorePaths& paths, Suspicion suspicion) {
  auto database = Connection::open(paths.database, Connection::Mode::read_write);
  if (!database) return database;
  const auto size = identify(paths.database);
  auto good = set_up_for_writing(*database);
  if (good && suspicion == Suspicion::usual && size) good = check_structure(*database, size->size);
  if (good) good = write_log_anew(*database, suspicion);
  if (good) good = migrate(*database, schema_steps());
  if (good && database->is_read_only()) good = Error{Errc::permission, paths.database + " is read-only"};
  if (good) return database;
  database->leave_files_on_close();
  return good.error();
}

Result<Connection> try_open(const StorePaths& paths, Suspicion suspicion) {
  if (suspicion == Suspicion::damaged) return Error{Errc::corrupt, paths.database + " is damaged"};
  // SQLite would throw the log of an empty file away.
  if (is_empty(paths.database) && !is_empty(paths.database + "-wal")) {
    return Error{Errc::corrupt, paths.database + " is empty, but its log isn't"};
  }
  // Zeros in place of the missing part of a page could pass for content. (With a log the page may be complete there.)
  const auto file = identify(paths.database);
  if (file && file->size % kPageSize != 0 && is_empty(paths.database + "-wal")) {
    return Error{Errc::corrupt, paths.database + " was cut within a page"};
  }
  if (!is_empty(paths.database)) {
    auto known = look_at_version(paths);
    if (!known && (known.error().code == Errc::newer_schema || known.error().code == Errc::corrupt)) {
      return known.error();
    }
  }
  auto database = open_for_writing(paths, suspicion);
  // A file that calls itself read-only on a disk that isn't: its head is damaged.
  if (!database && database.error().code == Errc::permission && ::access(paths.database.c_str(), W_OK) == 0 &&
      ::access(paths.directory.c_str(), W_OK) == 0) {
    return Error{Errc::corrupt, database.error().what};
  }
  return database;
}

Result<bool> make_sure_it_exists(const StorePaths& paths, Time now) {
  auto there = check_files(paths);
  if (!there) return there;
  if (*there) {
    remove_database(paths.scratch);
    return false;
  }
  // A log without its database belongs to nothing that we may create.
  if (exists(paths.database + "-wal") || exists(paths.database + "-shm") || exists(paths.database + "-journal")) {
    if (auto aside = put_aside(paths, now); !aside) return aside.error();
  }
  // A salvage was cut between its two renames: the new file is complete.
  if (exists(paths.scratch)) {
    if (auto moved = move_into_place(paths, paths.scratch, paths.database); !moved) return moved.error();
    return false;
  }
  if (auto made = create_file(paths, paths.database); !made) return made.error();
  return true;
}

Result<Opening> replace_damaged(const StorePaths& paths, Time now) {
  auto saved = salvage(paths, now);
  if (!saved) {
    remove_database(paths.scratch);
    return Error{saved.error().code, "cannot salvage the damaged store: " + saved.error().what};
  }
  auto aside = put_aside(paths, now);
  if (!aside) return aside.error();
  if (auto moved = move_into_place(paths, paths.scratch, paths.database); !moved) return moved.error();
  auto database = open_for_writing(paths, Suspicion::none);
  if (!database) return database.error();
  return Opening{std::move(*database), false, std::move(*aside), *saved};
}

}  // namespace

Result<Opening> open_database(const StorePaths& paths, Time now, Suspicion suspicion) {
  auto made = make_sure_it_exists(paths, now);
  if (!made) return made.error();
  const bool empty = is_empty(paths.database);
  auto database = try_open(paths, suspicion);
  if (database) return Opening{std::move(*database), empty, std::nullopt, std::nullopt};
  if (database.error().code == Errc::corrupt) return replace_damaged(paths, now);
  // Leave no empty file behind where no store could be made.
  if (*made) remove_database(paths.database);
  return database.error();
}

}  // namespace taara
