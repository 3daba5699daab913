// SPDX-License-Identifier: Apache-2.0
// A household whose polls are told, for the tests of the policy towards the line.
#pragma once

#include <vector>

#include "core/polling.h"

namespace taara {

inline constexpr Time kPollingStart{seconds{1'800'000'000}};
inline constexpr Polling kUsual{};
inline constexpr Polling kEager{.interval = std::chrono::minutes{10}, .min_interval = std::chrono::minutes{5}};

inline PollSummary good() {
  PollSummary summary;
  summary.usable = true;
  return summary;
}
inline PollSummary bad(PollError error, bool reached = true) {
  PollSummary summary;
  summary.error = error;
  summary.reached = reached;
  return summary;
}

struct PolledLine {  // a household's state, fed with one poll after the other
  Polling polling = kUsual;
  Pressure pressure = {};
  PollingState state = {};
  Time now = kPollingStart;
  std::vector<Time> reached = {};

  void poll(const PollSummary& summary) {
    state = after_poll(state, summary, now, pressure, polling);
    if (summary.reached) reached.push_back(now);
  }
  [[nodiscard]] seconds wait(double random = 0.5) const {
    return next_poll(state, reached, polling, random, now) - now;
  }
  void poll_on_schedule(const PollSummary& summary, int times = 1) {
    for (int i = 0; i < times; ++i) {
      now += wait();
      poll(summary);
    }
  }
};

}  // namespace taara
