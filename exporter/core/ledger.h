// SPDX-License-Identifier: Apache-2.0
// The household's account book: folds readings, one after the other, into cycles, a monotone usage counter, local days
// and hours. Pure: same state and same reading give the same result. It decides what a change of the meter means
// (use, renewal, top-up, refund, jitter, reset, glitch); nobody else does.
#pragma once

#include <date/date.h>

#include <deque>
#include <span>

#include "core/config.h"
#include "core/reading.h"

namespace taara {

// What the meter showed at one moment.
struct MeterPoint {
  Time time;
  std::optional<Bytes> remaining;
  std::optional<Bytes> used;
  std::optional<Bytes> allocation;
  std::optional<Time> purchased;
  std::optional<Time> expiry;
  Bytes resolution{1};
};

struct Cycle {
  Time start;
  Time end;                         // expected; for a plan it may move with what the line says
                                    // not after start: the line has told neither yet, both are unknown
  std::optional<Bytes> allocation;  // absent: unlimited; grows with top-ups
  Bytes used;                       // may go back by a refund
  Bytes used_peak;                  // never goes back; the usage counter follows it
  Bytes offset;                     // added to what the meter shows as used: since an unexpected reset (positive), or
                                    // where the meter runs on over the end of a cycle (negative)
  Bytes top_ups;                    // part of allocation that came after the start, corrections included
  Bytes uncounted{};                // part of used that no line can have carried: the meter says so, nobody counts it

  [[nodiscard]] bool known() const { return end > start; }
};

struct Day {
  date::local_days date;
  Time start;                   // local midnight
  Time end;                     // the next one: 23 to 25 hours later
  std::optional<Bytes> budget;  // fixed for the day; absent when it could not be known
  Bytes used;
  seconds covered{0};  // how much of it readings cover, gaps of up to 6 hours included
};

struct Hour {
  Time start;  // a full local hour, as UTC
  Bytes used;
};

enum class MeterEvent {
  renewal,
  top_up,
  refund,
  reset_unexpected,
  suspect,
  suspect_confirmed,
  suspect_dropped,
  over_allocation
};
inline constexpr std::array<std::string_view, 8> kMeterEventNames{
    "renewal",           "top_up",          "refund",         "reset_unexpected", "suspect",
    "suspect_confirmed", "suspect_dropped", "over_allocation"};

// Everything that must survive a restart. Small: bounded whatever the history.
struct LedgerState {
  Bytes usage_total;               // consumed over all cycles; monotone
  std::optional<MeterPoint> last;  // last accepted
  std::optional<Time> moved;       // when the meter last changed
  std::optional<Cycle> cycle;
  std::optional<Day> today;           // the local day of the last accepted reading
  std::deque<Day> finished_days;      // newest last, at most 8; a day with too little data to judge has no budget
  unsigned streak = 0;                // finished days in a row within budget
  std::deque<Hour> hours;             // newest last, at most the last 8 days
  std::optional<MeterPoint> suspect;  // an implausible point that waits to be confirmed
  unsigned suspect_count = 0;         // how often in a row it was seen
};

// What one reading changed; the store keeps exactly this beside the reading.
struct LedgerChange {
  bool accepted = false;  // false: the reading did not enter the book (failed or suspect)
  std::vector<MeterEvent> events;
  std::vector<Violation> violations;
  std::vector<Hour> hours;           // new totals of the hours that this reading touched
  std::vector<Day> days;             // new totals of the days that it touched, finished ones included
  std::optional<Cycle> ended_cycle;  // the cycle that this reading closed
};

// Takes one reading into the book. `state` is replaced only as the return value says.
[[nodiscard]] LedgerChange apply(LedgerState& state, const Reading& reading, const Household& household);

}  // namespace taara
