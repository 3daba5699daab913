// SPDX-License-Identifier: Apache-2.0
// An account book with a line that a test moves by hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "core/ledger.h"
#include "unit/core/moments.h"

namespace taara {

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name
inline void PrintTo(Bytes bytes, std::ostream* out) { *out << bytes.count; }

namespace book {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr Bytes gb(std::int64_t amount) { return {amount * kGigabyte.count}; }
constexpr Bytes mb(std::int64_t amount) { return {amount * kMegabyte.count}; }

inline Household home(const char* zone = "Africa/Nairobi") {
  Household household;
  household.name = "home";
  household.zone = date::locate_zone(zone);
  return household;
}
inline Household monthly(const char* zone = "Africa/Nairobi", unsigned day = 1) {
  Household household = home(zone);
  household.source = SourceKind::router;
  household.plan.cycle = CycleKind::monthly;
  household.plan.day = day;
  return household;
}

struct Book {
  Household household = home();
  LedgerState state;
  Reading line;         // what the line answers next
  LedgerChange change;  // of the last reading

  Book() {
    line.status = ReadingStatus::success;
    line.time = utc(2025, 9, 1);
  }
  explicit Book(Household h) : Book() { household = std::move(h); }

  Cycle& cycle() { return *state.cycle; }
  Day& today() { return *state.today; }

  LedgerChange& read() { return change = apply(state, line, household); }
  LedgerChange& read_after(seconds passed) {
    line.time += passed;
    return read();
  }
  // `passed` goes by in steps of 10 minutes, `each` is used in every one.
  void run(seconds passed, Bytes each) {
    for (seconds gone{0}; gone < passed; gone += minutes{10}) {
      use(each);
      read_after(minutes{10});
    }
  }
  void use(Bytes amount) {
    if (line.used) *line.used += amount;
    if (line.remaining) *line.remaining -= amount;
  }
  // A plan as the cloud tells it: exact purchase, expiry in whole days from now.
  void plan(Time purchased, days length = days{30}) {
    line.purchased = purchased;
    line.expiry = line.time + date::floor<days>(purchased + length - line.time);
  }

  bool has(MeterEvent event) const {
    return std::find(change.events.begin(), change.events.end(), event) != change.events.end();
  }
  bool violates(Field field) const {
    return std::any_of(change.violations.begin(), change.violations.end(),
                       [&](const Violation& violation) { return violation.field == field; });
  }
};

// A plan bought on 1 September at noon in Nairobi, read since then.
inline Book fresh_plan() {
  Book b;
  b.line.time = utc(2025, 9, 1, 9, 10);
  b.line.remaining = kTerabyte;
  b.plan(utc(2025, 9, 1, 9));
  b.read();
  return b;
}

}  // namespace book
}  // namespace taara
