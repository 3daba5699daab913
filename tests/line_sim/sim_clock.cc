// SPDX-License-Identifier: Apache-2.0
#include "line_sim/sim_clock.h"

#include <algorithm>

#include "line_sim/plan.h"

namespace taara::line_sim {

Steady steady_now() { return std::chrono::steady_clock::now(); }

SimClock::SimClock(std::optional<Time> start, double speed)
    : base_(start ? std::chrono::sys_time<milliseconds>(*start)
                  : std::max(std::chrono::floor<milliseconds>(std::chrono::system_clock::now()),
                             std::chrono::sys_time<milliseconds>(kEarliest))),
      base_steady_(steady_now()),
      speed_(speed) {}

std::chrono::sys_time<milliseconds> SimClock::now_ms() const {
  const std::chrono::duration<double, std::milli> real = steady_now() - base_steady_;
  // A fast clock stops where the simulation ends.
  const double most = static_cast<double>((std::chrono::sys_time<milliseconds>(kLatest) - base_).count());
  return base_ + milliseconds{static_cast<std::int64_t>(std::min(real.count() * speed_, most))};
}

void SimClock::set(Time time) {
  base_ = time;
  base_steady_ = steady_now();
}

void SimClock::set_speed(double speed) {
  base_ = now_ms();
  base_steady_ = steady_now();
  speed_ = speed;
}

}  // namespace taara::line_sim
