// SPDX-License-Identifier: Apache-2.0
// Says that the daemon is alive, but only when it is: the poller's loop has gone round and the web side has answered
// since the last time it said so. A daemon of which one half hangs is silent then, and the service manager restarts it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/time.h"

namespace taara {

struct WatchdogParts {
  const Clock& clock;
  std::optional<milliseconds> limit;       // the manager's patience; absent: nobody watches
  std::function<std::uint64_t()> turns;    // of the poller's loop, so far
  std::function<std::uint64_t()> answers;  // of the web side, so far
  std::function<bool()> web_answers;       // asks it for one
  std::function<void()> say_alive;
};

class Watchdog {
 public:
  // Looks four times within the limit, and so speaks at its half even when a poller that goes round as often is late.
  explicit Watchdog(WatchdogParts parts);

  // How long nothing is to be done; absent: for ever.
  [[nodiscard]] std::optional<milliseconds> idle() const;
  // Looks when it is time to; else does nothing.
  void look();

 private:
  WatchdogParts parts_;
  std::optional<milliseconds> every_;
  Steady next_;  // look
  std::uint64_t turns_;
  std::uint64_t answers_;
};

// The longest that the poller's loop may rest so that each look sees it move.
[[nodiscard]] std::optional<milliseconds> watchdog_pace(std::optional<milliseconds> limit);

}  // namespace taara
