// SPDX-License-Identifier: Apache-2.0
#include "app/watchdog.h"

#include <algorithm>
#include <utility>

namespace taara {

std::optional<milliseconds> watchdog_pace(std::optional<milliseconds> limit) {
  if (!limit) return std::nullopt;
  return std::max(*limit / 4, milliseconds{1});
}

Watchdog::Watchdog(WatchdogParts parts)
    : parts_(std::move(parts)),
      every_(watchdog_pace(parts_.limit)),
      next_(parts_.clock.steady() + every_.value_or(milliseconds{0})),
      turns_(parts_.turns()),
      answers_(parts_.answers()) {}

std::optional<milliseconds> Watchdog::idle() const {
  if (!every_) return std::nullopt;
  // One more millisecond, because a wait that ends just before the time would spin.
  const auto left = std::chrono::duration_cast<milliseconds>(next_ - parts_.clock.steady()) + milliseconds{1};
  return std::clamp(left, milliseconds{0}, *every_ + milliseconds{1});
}

// The web side is asked each time. Under a flood the question may be late; then it counts that others were answered.
void Watchdog::look() {
  if (!every_ || parts_.clock.steady() < next_) return;
  const std::uint64_t turns = parts_.turns();
  if (turns != turns_ && (parts_.web_answers() || parts_.answers() != answers_)) {
    turns_ = turns;
    answers_ = parts_.answers();
    parts_.say_alive();
  }
  next_ = parts_.clock.steady() + *every_;
}

}  // namespace taara
