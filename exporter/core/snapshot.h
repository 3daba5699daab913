// SPDX-License-Identifier: Apache-2.0
// Everything that the web threads may know, frozen. The poller makes a new one; nobody changes an old one.
#pragma once

#include <memory>

#include "core/health.h"
#include "core/outlook.h"
#include "core/polling.h"

namespace taara {

inline constexpr std::array<double, 7> kPollDurationBounds{0.25, 0.5, 1, 2.5, 5, 10, 30};  // seconds

// Counters since the daemon started.
struct PollCounters {
  std::array<std::uint64_t, kReadingStatusNames.size()> polls{};
  std::array<std::uint64_t, kPollErrorNames.size()> errors{};
  std::array<std::uint64_t, kFieldNames.size()> violations{};
  std::array<std::uint64_t, kMeterEventNames.size()> meter_events{};
  std::array<std::uint64_t, kPollDurationBounds.size() + 1> duration_buckets{};  // not cumulative; last is +Inf
  double duration_sum_seconds = 0;
  std::uint64_t logins_ok = 0;
  std::uint64_t logins_rejected = 0;
  std::uint64_t logins_failed = 0;  // no answer, or one that makes no sense
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

// Whether a standby, which asks no line, can read what the line last said.
enum class KeptAnswer { none, readable, unreadable };
inline constexpr std::array<std::string_view, 3> kKeptAnswerNames{"none", "readable", "unreadable"};

struct HouseholdView {
  std::shared_ptr<const Household> household;
  std::shared_ptr<const LedgerState> book;
  std::optional<Cycle> last_cycle;  // the one that finished last
  std::shared_ptr<const Habits> habits;
  std::shared_ptr<const Outlook> outlook;  // as of the last reading
  PollingState polling;
  PollCounters counters;
  bool last_poll_usable = false;
  std::string plan;  // the home plan's name; empty when unknown
  std::vector<PlanBalance> plans;
  std::optional<Time> next_poll;
  seconds poll_interval{0};
  std::optional<Time> secret_changed;     // when the credentials were last changed
  std::vector<Time> usable_readings;      // of the last 24 hours
  Time watching_since;                    // first poll that was ever due, at most 24 hours back
  std::optional<KeptAnswer> kept_answer;  // in standby only
};

struct StoreView {
  bool writable = true;
  std::uint64_t pending_readings = 0;
  std::uint64_t dropped_readings = 0;
  std::array<std::uint64_t, 4> errors{};  // by kStoreOpNames
  std::uint64_t size_bytes = 0;
  std::uint64_t readings = 0;
  std::uint64_t salvages = 0;  // damaged databases put aside
  std::optional<Time> created;
};
inline constexpr std::array<std::string_view, 4> kStoreOpNames{"open", "read", "write", "retention"};

struct Snapshot {
  std::vector<std::shared_ptr<const HouseholdView>> households;  // sorted by name
  StoreView store;
  bool config_ok = true;  // the last reload was taken
  std::optional<Time> config_loaded;
  bool clock_trusted = true;
  std::uint64_t clock_jumps_forward = 0;
  std::uint64_t clock_jumps_backward = 0;
  bool ready = false;                    // the store has been read
  std::shared_ptr<const Config> config;  // the one that was taken last
  Health health;
};

}  // namespace taara
