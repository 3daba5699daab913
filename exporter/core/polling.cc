// SPDX-License-Identifier: Apache-2.0
#include "core/polling.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace taara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr minutes kConservative{15};
constexpr minutes kBackoff{30};
constexpr minutes kAggressive{5};
constexpr minutes kModeKept{30};
constexpr unsigned kFailuresToBackoff = 3;
constexpr unsigned kSuccessesToStepBack = 10;

constexpr unsigned kFailuresToOpenBreaker = 5;
constexpr unsigned kAuthFailuresToSlowLogins = 5;
constexpr seconds kFirstTrial{60};
constexpr seconds kLastTrial{1800};

constexpr seconds kFirstUnreached{60};
constexpr seconds kLastUnreached{600};
constexpr double kUnreachedJitter = 0.2;

constexpr seconds kDay{86'400};
constexpr seconds kRetryAfterLeast{60};
constexpr seconds kRetryAfterMost{6 * 3600};
constexpr double kRetryAfterJitter = 0.2;
constexpr minutes kLockedPause{10};

constexpr hours kTaaraLoginPause{24};

double in_unit_interval(double random) { return random >= 0 && random < 1 ? random : 0; }

seconds scaled(seconds length, double factor) {
  return std::chrono::round<seconds>(std::chrono::duration<double>(length) * factor);
}

// `first` doubled `times` times, at most `last`.
seconds doubled(seconds first, unsigned times, seconds last) {
  seconds length = first;
  for (unsigned i = 0; i < times && length < last; ++i) length *= 2;
  return std::min(length, last);
}

bool may_be_aggressive(const Polling& polling) { return polling.min_interval <= kAggressive; }

PollingMode wanted_mode(const PollingState& state, const PollSummary& summary, const Pressure& pressure,
                        const Polling& polling) {
  if (state.failures_in_row >= kFailuresToBackoff || summary.error == PollError::rate_limited) {
    return PollingMode::backoff;
  }
  const bool steady = state.successes_in_row >= kSuccessesToStepBack;
  const bool hurry = pressure.nearly_used_up && may_be_aggressive(polling);
  switch (state.mode) {
    case PollingMode::backoff:
      return steady ? PollingMode::conservative : PollingMode::backoff;
    case PollingMode::conservative:
      return steady && !pressure.machine ? PollingMode::normal : PollingMode::conservative;
    case PollingMode::normal:
    case PollingMode::aggressive:
      if (pressure.machine) return PollingMode::conservative;
      return hurry ? PollingMode::aggressive : PollingMode::normal;
  }
  return state.mode;
}

void settle_mode(PollingState& state, PollingMode wanted, Time started) {
  // A change that lies in the future was dated by a clock that went back since: it counts from now.
  if (state.mode_since && *state.mode_since > started) state.mode_since = started;
  if (wanted == state.mode) return;
  if (state.mode_since && started < *state.mode_since + kModeKept) return;
  state.mode = wanted;
  state.mode_since = started;
  state.successes_in_row = 0;
}

void note_login(PollingState& state, const PollSummary& summary, Time started) {
  if (summary.login_rejected) {
    const bool same_secret = summary.secret_version == state.rejected_secret_version;
    state.login_rejections = same_secret ? state.login_rejections + 1 : 1;
    state.last_login_rejected = started;
    state.rejected_secret_version = summary.secret_version;
  } else if (summary.usable) {
    state.login_rejections = 0;
    state.last_login_rejected.reset();
    state.rejected_secret_version.clear();
  }
  if (summary.usable) {
    state.auth_failures_in_row = 0;
    state.last_auth_failure.reset();
  } else if (summary.error == PollError::auth && summary.reached && !summary.login_rejected) {
    ++state.auth_failures_in_row;
    state.last_auth_failure = started;
  }
}

// A pause that was begun further ahead than its own length was begun under a broken clock and could last for ever.
bool over(const std::optional<Time>& begun, seconds pause, Time now) {
  return !begun || now >= *begun + pause || now <= *begun - pause;
}

// How long the line is left alone after a poll that started at state.last_attempt.
seconds pause_after(const PollingState& state, const Polling& polling, double random) {
  const seconds interval = interval_of(state.mode, polling);
  if (state.failures_in_row == 0) return interval;
  const seconds trial = doubled(kFirstTrial, state.breaker_trials, kLastTrial);
  if (state.last_reached) return state.breaker_open ? std::max(interval, trial) : interval;
  // The line knows nothing of this one: try soon, but with many households not all at once.
  if (state.breaker_open) return trial;
  const seconds most = std::max(kFirstUnreached, std::min(kLastUnreached, polling.interval));
  const seconds usual = doubled(kFirstUnreached, state.failures_in_row - 1, most);
  return std::clamp(scaled(usual, 1 - kUnreachedJitter + 2 * kUnreachedJitter * random), kFirstUnreached, most);
}

// Keeps of polls, newest first, only those that are at least `distance` before the one kept last.
void thin_out(std::vector<Time>& polls, seconds distance) {
  std::optional<Time> kept;
  std::erase_if(polls, [&kept, distance](Time poll) {
    if (kept && *kept - poll < distance) return true;
    kept = poll;
    return false;
  });
}

// The first moment at which one more poll keeps both limits: the distance to the last poll that reached the line, and
// the number of such polls in any 24 hours.
Time limits_allow(const PollingState& state, std::span<const Time> reached_polls, const Polling& polling, Time now) {
  std::vector<Time> past(reached_polls.begin(), reached_polls.end());
  if (state.last_reached && state.last_attempt && std::ranges::find(past, *state.last_attempt) == past.end()) {
    past.push_back(*state.last_attempt);
  }
  // What lies in the future happened before the clock went back, when is not known: at worst just now.
  const auto dated_ahead = [now](Time poll) { return poll > now; };
  Time allowed = now;
  if (std::erase_if(past, dated_ahead) > 0) allowed = now + polling.min_interval;

  if (past.empty()) return allowed;
  allowed = std::max(allowed, *std::ranges::max_element(past) + polling.min_interval);
  const auto most =
      static_cast<std::size_t>(std::max<seconds::rep>(1, kDay / std::max(polling.min_interval, seconds{1})));
  if (past.size() < most) return allowed;
  std::ranges::sort(past, std::greater{});
  // Where the clock went back, hours were lived twice and hold the polls of both times. Polls are never nearer to each
  // other than min_interval, so such hours are counted as if they had been lived once.
  const bool lived_twice = state.clock_went_back_from || (state.last_attempt && dated_ahead(*state.last_attempt));
  if (lived_twice) thin_out(past, polling.min_interval);
  if (past.size() >= most) allowed = std::max(allowed, past[most - 1] + kDay);
  return allowed;
}

}  // namespace

seconds interval_of(PollingMode mode, const Polling& polling) {
  const seconds normal = std::max(polling.interval, polling.min_interval);
  switch (mode) {
    case PollingMode::normal:
      return normal;
    case PollingMode::conservative:
      return std::max<seconds>(kConservative, normal);
    case PollingMode::backoff:
      return std::max<seconds>(kBackoff, normal);
    case PollingMode::aggressive:
      return may_be_aggressive(polling) ? std::min<seconds>(kAggressive, normal) : normal;
  }
  return normal;
}

PollingState after_poll(const PollingState& state, const PollSummary& summary, Time started, const Pressure& pressure,
                        const Polling& polling) {
  PollingState next = state;
  // Seen also by a poll that comes sooner after one that reached the line than next_poll() ever allows.
  const seconds distance = state.last_reached ? polling.min_interval : seconds{0};
  if (state.last_attempt && started < *state.last_attempt + distance) {
    next.clock_went_back_from = std::max(state.clock_went_back_from.value_or(started), *state.last_attempt);
  } else if (state.clock_went_back_from && *state.clock_went_back_from + kDay <= started) {
    next.clock_went_back_from.reset();
  }
  next.last_attempt = started;
  next.last_reached = summary.reached;
  next.not_before.reset();
  if (summary.usable) {
    next.failures_in_row = 0;
    ++next.successes_in_row;
    next.breaker_open = false;
    next.breaker_trials = 0;
  } else {
    ++next.failures_in_row;
    next.successes_in_row = 0;
    if (state.breaker_open) {
      ++next.breaker_trials;
    } else if (next.failures_in_row >= kFailuresToOpenBreaker) {
      next.breaker_open = true;
      next.breaker_trials = 0;
    }
    if (summary.retry_after) {
      next.not_before = started + summary.took + std::clamp(*summary.retry_after, kRetryAfterLeast, kRetryAfterMost);
    }
    if (summary.error == PollError::locked) {
      next.not_before = std::max(next.not_before.value_or(started), started + kLockedPause);
    }
  }
  note_login(next, summary, started);
  settle_mode(next, wanted_mode(next, summary, pressure, polling), started);
  return next;
}

Time next_poll(const PollingState& state, std::span<const Time> reached_polls, const Polling& polling, double random,
               Time now) {
  random = in_unit_interval(random);
  Time next = limits_allow(state, reached_polls, polling, now);
  if (!state.last_attempt) return next;

  const seconds pause = pause_after(state, polling, random);
  const seconds asked = state.not_before ? std::max(*state.not_before - *state.last_attempt, seconds{0}) : seconds{0};
  const seconds spread = scaled(std::min(asked, kRetryAfterMost), kRetryAfterJitter * random);
  if (*state.last_attempt > now) {  // the clock went back: what was asked for then counts from now
    next = std::max(next, now + std::min(pause, interval_of(state.mode, polling)));
    return std::max(next, now + std::min(asked, kRetryAfterMost) + spread);
  }
  next = std::max(next, *state.last_attempt + pause);
  if (state.not_before) next = std::max(next, *state.not_before + spread);
  return next;
}

bool may_log_in(const PollingState& state, SourceKind source, std::string_view secret_version, Time now) {
  if (state.auth_failures_in_row >= kAuthFailuresToSlowLogins && !over(state.last_auth_failure, hours{1}, now))
    return false;
  if (state.login_rejections == 0 || secret_version != state.rejected_secret_version) return true;
  seconds pause = kTaaraLoginPause;  // the cloud locks accounts: one wrong passcode, and its owner has to act
  if (source == SourceKind::router) {
    constexpr std::array<seconds, 3> kPace{minutes{10}, hours{1}, hours{6}};
    pause = kPace.at(std::min<std::size_t>(state.login_rejections, kPace.size()) - 1);
  }
  return over(state.last_login_rejected, pause, now);
}

bool worth_retrying(PollError kind) { return kind == PollError::connect || kind == PollError::timeout; }

bool worth_retrying(int http_status) {
  return http_status == 500 || http_status == 502 || http_status == 503 || http_status == 504;
}

std::optional<milliseconds> retry_delay(unsigned attempt, double random) {
  constexpr unsigned kRetries = 3;
  constexpr double kFirstMilliseconds = 300;
  if (attempt == 0 || attempt > kRetries) return std::nullopt;
  const double least = kFirstMilliseconds * static_cast<double>(1U << (attempt - 1));
  return milliseconds{static_cast<milliseconds::rep>(least * (1 + in_unit_interval(random)))};
}

}  // namespace taara
