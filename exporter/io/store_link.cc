// SPDX-License-Identifier: Apache-2.0
#include "io/store_link.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace taara {
namespace {

constexpr std::int64_t kRowsCopiedWhileRunning = 1'000'000;  // per table: a bound on how long a poll may wait
constexpr unsigned kMostSalvagesInRow = 3;  // a disk that damages every new file shall not be filled with copies

// The log of a deleted database would be taken for the log of the file that comes in its place. The connection that is
// still open doesn't need the names.
void remove_side_files_of(const Session& gone) {
  for (const auto& [path, inode] : gone.side_files) {
    const auto file = identify(path);
    if (file && file->inode == inode) ::unlink(path.c_str());
  }
}

}  // namespace

Result<void> Session::prepare() {
  auto made_rows = StoreRows::prepare(database);
  if (!made_rows) return made_rows.error();
  rows = std::move(*made_rows);
  auto made_retention = Retention::prepare(database);
  if (!made_retention) return made_retention.error();
  retention = std::move(*made_retention);
  return {};
}

StoreLink::~StoreLink() {
  if (deleted_) deleted_->database.leave_files_on_close();
  // Closing would remove the log of whatever file is there now.
  if (session_ && session_->database.has_moved()) session_->database.leave_files_on_close();
}

Result<bool> StoreLink::prepare() {
  auto prepared = prepare_directory(directory_);
  if (!prepared) return prepared.error();
  paths_ = std::move(*prepared);
  auto there = check_files(paths_);
  if (!there) return there;
  // A full or read-only disk is met again by attach(); another process ends it here.
  if (auto taken = take_lock(); !taken && taken.error().code == Errc::busy) return taken.error();
  return there;
}

Result<void> StoreLink::take_lock() {
  if (lock_ && !lock_->lost()) return {};
  auto taken = FileLock::take(paths_.lock);
  if (!taken) return taken.error();
  lock_ = std::move(*taken);
  return {};
}

Result<Session*> StoreLink::session(Time now) {
  look_for_change();
  if (!session_) {
    if (auto attached = attach(now); !attached) {
      let_go();
      return attached.error();
    }
  }
  return session_.get();
}

void StoreLink::distrust() {
  suspicion_ = Suspicion::damaged;
  let_go();
}

void StoreLink::let_go() {
  // The files are as the failure left them: a checkpoint on closing could only make that worse.
  if (session_) session_->database.leave_files_on_close();
  session_.reset();
}

Result<void> StoreLink::attach(Time now) {
  if (suspicion_ == Suspicion::damaged && salvages_in_row_ >= kMostSalvagesInRow) {
    return Error{Errc::corrupt,
                 "the disk damages every new store in " + paths_.directory + "; replace it, then restart"};
  }
  auto prepared = prepare_directory(directory_);
  if (!prepared) return prepared.error();
  paths_ = std::move(*prepared);
  if (auto taken = take_lock(); !taken) return taken;
  auto opening = open_database(paths_, now, suspicion_);
  if (!opening) return opening.error();
  tell(*opening);
  session_ = std::make_unique<Session>(std::move(opening->database));
  if (auto ready = session_->prepare(); !ready) return ready;
  const std::string created = std::to_string(now.time_since_epoch().count());
  auto dated = session_->database.run("UPDATE store SET created=" + created + " WHERE created IS NULL");
  if (!dated) return dated;
  if (auto learned = learn(*session_); !learned) return learned;
  suspicion_ = Suspicion::none;
  return copy_deleted();
}

Result<void> StoreLink::learn(Session& opened) {
  auto created = opened.database.integer("SELECT created FROM store");
  if (!created) return created.error();
  created_ = Time{seconds{*created}};
  auto count = opened.rows->reading_count();
  if (!count) return count.error();
  readings_ = static_cast<std::uint64_t>(std::max<std::int64_t>(*count, 0));
  for (const char* side : {"-wal", "-shm"}) {
    const std::string path = paths_.database + side;
    if (const auto file = identify(path)) opened.side_files[path] = file->inode;
  }
  return {};
}

void StoreLink::tell(const Opening& opening) {
  if (opening.put_aside) {
    ++salvages_;
    ++salvages_in_row_;
    states_are_old_ = true;
    notice_(LogLevel::error, "damaged store put aside",
            *opening.put_aside + ": " + describe(*opening.salvage) + "; docs/store.md says how to look into it");
  } else if (opening.created) {
    notice_(LogLevel::info, "new store", paths_.database);
  }
}

// What a deleted file held can still be read as long as it is open.
Result<void> StoreLink::copy_deleted() {
  if (!deleted_) return {};
  auto copied = copy_readable(deleted_->database, session_->database, kRowsCopiedWhileRunning);
  if (!copied) return copied.error();
  deleted_.reset();
  session_->rows->forget_ids();
  if (auto learned = learn(*session_); !learned) return learned;
  notice_(LogLevel::warn, "store written again", paths_.database + ": " + describe(*copied));
  return {};
}

// Somebody deleted, replaced or cut the file while we have it open.
void StoreLink::look_for_change() {
  if (!session_) return;
  const auto file = identify(paths_.database);
  const bool moved = session_->database.has_moved();
  if (!moved && file && file->size >= known_size_) return;
  ++files_lost_;
  notice_(LogLevel::error, "store file was deleted, replaced or cut while running",
          paths_.database + " is made good from what is still known");
  session_->database.leave_files_on_close();
  if (moved) {
    session_->rows.reset();
    session_->retention.reset();
    remove_side_files_of(*session_);
    deleted_ = std::move(session_);
  }
  session_.reset();
  suspicion_ = Suspicion::usual;
  states_are_old_ = true;
  known_size_ = 0;
}

Result<void> StoreLink::run(Session& opened, const Body& body) {
  if (auto begun = opened.database.run("BEGIN IMMEDIATE"); !begun) return begun;
  struct RollBack {  // also where the body throws
    ~RollBack() {
      if (committed) return;
      session.database.roll_back();
      session.rows->forget_ids();
    }
    Session& session;
    bool committed = false;
  } guard{opened};
  Result<void> done = body(opened);
  if (done) done = opened.database.run("COMMIT");
  guard.committed = done.has_value();
  return done;
}

StoreLink::Outcome StoreLink::transact(Time now, const Body& body) {
  Outcome outcome;
  for (int round = 0; round < 2; ++round) {
    auto open = session(now);
    outcome.opened = open.has_value();
    if (!open) {
      outcome.error = open.error();
      return outcome;
    }
    auto done = run(**open, body);
    if (done) {
      if (const auto file = identify(paths_.database)) known_size_ = file->size;
      salvages_in_row_ = 0;
      outcome.error.reset();
      return outcome;
    }
    ++outcome.failed_bodies;
    outcome.error = done.error();
    // After a failed write or sync only a new connection knows what is on the disk.
    if (done.error().code == Errc::corrupt) {
      distrust();
    } else {
      if (done.error().code != Errc::busy) let_go();
      return outcome;
    }
  }
  return outcome;
}

void StoreLink::add_readings(std::int64_t added) {
  readings_ = static_cast<std::uint64_t>(std::max<std::int64_t>(static_cast<std::int64_t>(readings_) + added, 0));
}

}  // namespace taara
