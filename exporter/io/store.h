// SPDX-License-Identifier: Apache-2.0
// The exporter's memory: one SQLite file (WAL, synchronous=FULL) that survives restarts, cuts and full disks.
// Used by one thread at a time. What save() has acknowledged is durable. See docs/store.md.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/line_source.h"
#include "core/result.h"
#include "core/snapshot.h"

namespace taara {

struct PollRecord {  // a finished poll and all that it changed; saved in one transaction
  std::string household;
  Time started;  // of the poll, or the time of a reading that was held back; with the household it names the record
  Reading reading;
  bool accepted = false;  // entered the book
  bool reached = true;    // counts towards the limits
  std::string raw;        // with personal fields removed
  LedgerState book;       // after the reading
  LedgerChange change;
  PollingState polling;                  // after the poll
  std::shared_ptr<const Habits> habits;  // null: nothing was learned
};

struct PastPoll {
  Time started;
  bool usable = false;
  bool reached = false;
};

struct Remembered {  // what a household knew when the daemon stopped
  LedgerState book;
  Habits habits;
  PollingState polling;
  std::optional<Cycle> last_cycle;  // the finished one before the book's
  std::vector<PastPoll> last_day;   // polls of the last 24 hours
  std::string plan;
  std::vector<PlanBalance> plans;
  bool last_usable = false;
  bool stored = false;  // the store has rows of it
};

// Tells what happened to the file: "put aside", "new store", "writable again". Message and fields as for the log.
using StoreNotice = std::function<void(LogLevel, std::string_view message, std::string_view detail)>;

class Store {
 public:
  // Opens or creates `directory`/taara.db (0600, directory 0700) and takes the lock; a damaged file is put aside and
  // what is readable of it is copied into a new one. Errors: busy (another instance), newer_schema, permission, io. A
  // full or read-only disk is no error when the file exists already: the store then serves and queues.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const StoreConfig& config, Time now, StoreNotice notice);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  [[nodiscard]] Result<Remembered> recall(const std::string& household, Time now);
  // Durable before the requests go out, so that a kill between request and answer doesn't lose a place in the limit.
  void note_attempts(const std::vector<std::string>& households, Time started);
  // Saves all in one transaction; what cannot be saved is queued (bounded, oldest dropped and counted) and saved in
  // order, none twice, by a later call.
  void save(std::vector<PollRecord> records);
  // Tries the queue again. Cheap when it is empty.
  void retry();
  // Deletes what is older than the configuration allows, in small steps; call now and then.
  void prune(Time now);
  [[nodiscard]] StoreView view() const;

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace taara
