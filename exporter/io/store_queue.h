// SPDX-License-Identifier: Apache-2.0
// Polls that wait to be saved, oldest first, bounded whatever happens to the disk. Knows no disk.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "io/store.h"

namespace taara {

struct QueueLimits {
  std::size_t per_household = 1008;                   // seven days, one poll every ten minutes
  std::size_t bytes = std::size_t{16} * 1024 * 1024;  // over all households, about
};

// A poll without the states after it: of these only the newest counts, and the store keeps it apart.
struct WaitingPoll {
  std::string household;
  Time started;
  Reading reading;
  bool accepted = false;
  bool reached = true;
  std::string raw;
  LedgerChange change;
};

// What dropped polls knew of hours, days and cycles: their newest totals.
struct Totals {
  std::vector<Hour> hours;
  std::vector<Day> days;
  std::vector<Cycle> ended_cycles;
};

class SaveQueue {
 public:
  explicit SaveQueue(QueueLimits limits) : limits_(limits) {}

  // Over the limit of bytes the raw answers go first, oldest first, then whole polls. The totals of hours, days and
  // cycles that a dropped poll had are kept.
  void push(WaitingPoll poll);
  [[nodiscard]] bool push_would_drop(const std::string& household) const;
  void clear();
  [[nodiscard]] const std::deque<WaitingPoll>& polls() const { return polls_; }
  // Totals of dropped polls, to be saved before the polls.
  [[nodiscard]] const std::map<std::string, Totals>& totals_of_dropped() const { return totals_; }
  // The newest finished cycle that waits to be saved. Null: none does.
  [[nodiscard]] const Cycle* last_ended_cycle(const std::string& household) const;
  [[nodiscard]] bool empty() const { return polls_.empty() && totals_.empty(); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  void drop(std::size_t index);

  QueueLimits limits_;
  std::deque<WaitingPoll> polls_;
  std::map<std::string, std::size_t> count_;
  std::map<std::string, Totals> totals_;
  std::size_t bytes_ = 0;
  std::size_t without_raw_ = 0;  // so many from the front have no raw answer any more
  std::uint64_t dropped_ = 0;
};

}  // namespace taara
