// SPDX-License-Identifier: Apache-2.0
// Notices when the wall clock is set: it then moves otherwise than the steady clock. Slewing passes unnoticed.
#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"

namespace taara {

// No clock that shows an earlier time is right: this program didn't exist then.
inline constexpr Time kEarliestPlausible{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

class ClockWatch {
 public:
  // How far the wall clock was set since the last look: 0 when it just ran on.
  seconds look(Time wall, Steady steady);
  // What the line's own clock said when ours showed `wall`.
  void compare(Time wall, Time line_clock);

  [[nodiscard]] bool plausible() const { return plausible_; }  // not before this program existed
  [[nodiscard]] bool trusted() const { return plausible_ && agrees_; }
  [[nodiscard]] std::uint64_t jumps_forward() const { return jumps_forward_; }
  [[nodiscard]] std::uint64_t jumps_backward() const { return jumps_backward_; }

 private:
  std::optional<seconds> offset_;  // wall minus steady at the last look
  bool plausible_ = true;
  bool agrees_ = true;
  std::uint64_t jumps_forward_ = 0;
  std::uint64_t jumps_backward_ = 0;
};

}  // namespace taara
