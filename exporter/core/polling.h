// SPDX-License-Identifier: Apache-2.0
// When to ask the line again, and whether a login is allowed: pure functions over a small state. The limits towards
// the line (docs/decisions) live here and nowhere else.
#pragma once

#include <span>

#include "core/config.h"
#include "core/reading.h"

namespace taara {

enum class PollingMode { normal, conservative, backoff, aggressive };
inline constexpr std::array<std::string_view, 4> kPollingModeNames{"normal", "conservative", "backoff", "aggressive"};

// Survives restarts (except what is marked), one per household.
struct PollingState {
  PollingMode mode = PollingMode::normal;
  std::optional<Time> mode_since;
  unsigned failures_in_row = 0;
  unsigned successes_in_row = 0;  // also since the last change of mode: each step back takes ten of its own
  bool breaker_open = false;
  unsigned breaker_trials = 0;       // failed trials since it opened: 60 s doubles to 30 min
  std::optional<Time> last_attempt;  // start of the last poll
  bool last_reached = false;         // whether it counts towards the limits
  std::optional<Time> not_before;    // Retry-After
  std::optional<Time>
      clock_went_back_from;           // furthest moment that the clock has shown before; kept until a day after it
  unsigned auth_failures_in_row = 0;  // logins are taken, the data is refused all the same
  std::optional<Time> last_auth_failure;
  unsigned login_rejections = 0;  // in a row
  std::optional<Time> last_login_rejected;
  std::string rejected_secret_version;  // of the secret file that was refused (never a hash of a short passcode); a new
                                        // one lifts the pause
};

struct PollSummary {
  bool usable = false;
  std::optional<PollError> error;
  bool reached = true;
  std::optional<seconds> retry_after;
  bool login_rejected = false;
  std::string secret_version;  // of the secret file in use
  seconds took{0};             // from its start to its end; Retry-After counts from the end
};

struct Pressure {
  bool machine = false;         // memory or processor is short: poll less
  bool nearly_used_up = false;  // little is left: poll more where the owner allows it
};

// The state after a poll that started at `started` and came to `summary`.
[[nodiscard]] PollingState after_poll(const PollingState& state, const PollSummary& summary, Time started,
                                      const Pressure& pressure, const Polling& polling);

[[nodiscard]] seconds interval_of(PollingMode mode, const Polling& polling);

// The earliest moment of the next poll, never before `now`. `reached_polls`: starts of the polls of the last 24 hours
// that reached the line (any order, across restarts). `random` in [0,1) spreads retries. Ask once after each poll (and
// at start) and keep the answer: where the clock went back, so that the past lies in the future, it is counted from
// `now` and is never more than one interval away.
[[nodiscard]] Time next_poll(const PollingState& state, std::span<const Time> reached_polls, const Polling& polling,
                             double random, Time now);

// Whether a login may be tried at all now.
[[nodiscard]] bool may_log_in(const PollingState& state, SourceKind source, std::string_view secret_version, Time now);

// Delay before retry number `attempt` (1-3) inside a poll, or nothing when there is none: 0.3 s doubling, each spread
// over the whole way to the next. Only what may be over in a moment is worth it: connect errors, timeouts, 500, 502,
// 503, 504.
[[nodiscard]] std::optional<milliseconds> retry_delay(unsigned attempt, double random);
[[nodiscard]] bool worth_retrying(PollError kind);
[[nodiscard]] bool worth_retrying(int http_status);

// No request of a poll starts later than this after the poll did.
inline constexpr seconds kPollBudget{60};

}  // namespace taara
