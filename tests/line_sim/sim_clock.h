// SPDX-License-Identifier: Apache-2.0
// The line's own time: real, or started elsewhere, running faster, moved by hand. The only reader of real clocks here.
#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"

namespace taara::line_sim {

[[nodiscard]] Steady steady_now();

class SimClock {
 public:
  // Absent start: the real time. `speed` is simulated seconds per real second.
  SimClock(std::optional<Time> start, double speed);

  [[nodiscard]] Time now() const { return std::chrono::floor<seconds>(now_ms()); }
  [[nodiscard]] std::chrono::sys_time<milliseconds> now_ms() const;
  void set(Time time);
  void set_speed(double speed);
  [[nodiscard]] double speed() const { return speed_; }

 private:
  std::chrono::sys_time<milliseconds> base_;
  Steady base_steady_;
  double speed_;
};

}  // namespace taara::line_sim
