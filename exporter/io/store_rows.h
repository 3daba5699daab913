// SPDX-License-Identifier: Apache-2.0
// The store's rows and the values they stand for: statements prepared once, one function per question. Opens no
// transaction; the caller does.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/sqlite.h"
#include "io/store_queue.h"

namespace taara {

// What a household must know after a restart, as it lies in the table `state`.
struct SavedState {
  Time saved;  // start of the poll after which it was so
  bool last_usable = false;
  std::optional<std::string> plan;   // of the last usable reading; absent: as stored before
  std::optional<std::string> plans;  // likewise
  std::string polling;
  std::string book;
};

class StoreRows {
 public:
  // The connection must outlive this.
  [[nodiscard]] static Result<StoreRows> prepare(Connection& database);

  // True: it was new. False: a reading of this household and start is there already.
  [[nodiscard]] Result<bool> save_poll(const WaitingPoll& poll);
  [[nodiscard]] Result<void> save_totals(const std::string& household, const Totals& totals);
  [[nodiscard]] Result<void> save_state(const std::string& household, SavedState state);
  [[nodiscard]] Result<void> save_habits(const std::string& household, const Habits& habits);
  [[nodiscard]] Result<void> note_attempt(const std::string& household, Time started);
  [[nodiscard]] Result<void> count_readings(std::int64_t added);

  // Nothing when none is stored; an error `invalid` when the row's checksum is wrong.
  [[nodiscard]] Result<std::optional<SavedState>> state(const std::string& household);
  [[nodiscard]] Result<bool> knows(const std::string& household);
  // As state().
  [[nodiscard]] Result<std::optional<Habits>> habits(const std::string& household);
  // The newest finished cycle, or the newest that began before that moment.
  [[nodiscard]] Result<std::optional<Cycle>> last_cycle(const std::string& household, std::optional<Time> before);
  // Polls that started after `from` and not after `to`, attempts without an answer included, oldest first.
  [[nodiscard]] Result<std::map<Time, PastPoll>> polls(const std::string& household, Time from, Time to);
  [[nodiscard]] Result<std::int64_t> reading_count();

  // Ids learned inside a transaction that was rolled back are wrong.
  void forget_ids() { ids_.clear(); }

 private:
  explicit StoreRows(Connection& database) : database_(&database) {}
  Result<std::int64_t> id_of(const std::string& household);
  Result<std::optional<std::int64_t>> find_id(const std::string& household);
  Result<void> save_change(std::int64_t id, const std::vector<Hour>& hours, const std::vector<Day>& days);
  Result<void> save_cycle(std::int64_t id, const Cycle& cycle);

  Connection* database_;
  std::map<std::string, std::int64_t> ids_;
  std::map<int, Statement> statements_;
  Statement& statement(int which) { return statements_.at(which); }
};

// Of all households that the store knows, sorted.
[[nodiscard]] Result<std::vector<std::string>> household_names(Connection& database);

}  // namespace taara
