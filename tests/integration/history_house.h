// SPDX-License-Identifier: Apache-2.0
// A store full of history, made through the real book in no time: one family that reads its router every ten minutes.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/ledger.h"
#include "temp_dir.h"

namespace taara::test {

// What the exporter showed after a reading.
struct Shown {
  Bytes usage_total;
  std::optional<Bytes> used, remaining, budget_today, used_today;
  bool up = true;
};

class HistoryHouse {
 public:
  explicit HistoryHouse(std::string household = "home");

  // Readings from the first moment to the last one, both included, into the store.
  void live(Time from, Time to);
  // Runs the exporter with this configuration: command first, then what else there is.
  std::string exporter(std::vector<std::string> words, int expected_code = 0) const;
  // The account that a daemon would go on with.
  [[nodiscard]] LedgerState book() const;

  [[nodiscard]] const std::map<Time, Shown>& shown() const { return shown_; }
  [[nodiscard]] std::filesystem::path folder() const { return dir_.path(); }
  [[nodiscard]] std::filesystem::path store() const { return dir_.path() / "store"; }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return dir_.path() / name; }
  [[nodiscard]] const Household& household() const { return household_; }

 private:
  [[nodiscard]] Reading next_reading(Time time);

  TempDir dir_;
  Household household_;
  LedgerState book_;
  std::map<Time, Shown> shown_;
  Bytes used_{0};  // by the router's own count
  std::uint64_t random_ = 42;
  int polls_ = 0;
};

}  // namespace taara::test
