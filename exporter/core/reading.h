// SPDX-License-Identifier: Apache-2.0
// One answer of the line, and the closed lists of what can be wrong with it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/time.h"

namespace taara {

// success: all that is needed. partial: something is missing or contradictory, the rest is usable. failed: no reading.
enum class ReadingStatus { success, partial, failed };
inline constexpr std::array<std::string_view, 3> kReadingStatusNames{"success", "partial", "failed"};

// Why a poll failed. Label values of taara_poll_errors_total{kind}; all present from 0.
enum class PollError {
  dns,
  connect,
  tls,
  timeout,
  reset,  // the network
  auth,
  locked,
  rate_limited,
  http_4xx,
  http_5xx,
  redirect,  // the line refused
  too_large,
  not_json,
  truncated,
  schema,
  range,
  unit,  // the answer makes no sense
  stale_data,
  internal,
};
inline constexpr std::array<std::string_view, 19> kPollErrorNames{
    "dns",          "connect",  "tls",      "timeout",    "reset",     "auth",     "locked",
    "rate_limited", "http_4xx", "http_5xx", "redirect",   "too_large", "not_json", "truncated",
    "schema",       "range",    "unit",     "stale_data", "internal"};

// Where the line broke its contract. Label values of taara_contract_violations_total{field}; all present from 0.
enum class Field { body, token, plan, remaining, remaining_exact, used, allocation, expiry, purchase, meter };
inline constexpr std::array<std::string_view, 10> kFieldNames{
    "body", "token", "plan", "remaining", "remaining_exact", "used", "allocation", "expiry", "purchase", "meter"};

template <class Enum, std::size_t N>
constexpr std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

struct Violation {
  Field field = Field::body;
  std::string detail;  // for the log: the JSON pointer, what was found, what was expected; no personal value
};

struct PlanBalance {
  std::string plan;  // a clean label value
  Bytes remaining;
  bool home = false;  // the line's own plan, as opposed to a bonus
  bool active = false;
};

struct Reading {
  Time time;  // when the line answered
  ReadingStatus status = ReadingStatus::failed;
  std::optional<PollError> error;  // set exactly when failed
  std::optional<Bytes> remaining;
  std::optional<Bytes> used;
  std::optional<Bytes> allocation;    // only where the line says it
  Bytes resolution{1};                // how fine the meter is
  std::optional<Time> purchased;      // start of the plan, as told
  std::optional<Time> expiry;         // end of the plan, as told
  seconds expiry_resolution{86'400};  // how far expiry may be off
  std::string plan;                   // a clean label value; empty when unknown
  std::vector<PlanBalance> plans;     // every plan with its balance, the home plan included
  milliseconds response_time{0};

  [[nodiscard]] bool usable() const { return status != ReadingStatus::failed; }
};

// A poll as the store remembers it.
struct StoredReading {
  Time started;  // of the poll
  bool accepted = false;
  Reading reading;
};

}  // namespace taara
