// SPDX-License-Identifier: Apache-2.0
#include "core/clock_watch.h"

namespace taara {
namespace {

constexpr seconds kNotASlew{30};
constexpr seconds kAgreement{300};

}  // namespace

seconds ClockWatch::look(Time wall, Steady steady) {
  const seconds offset = wall.time_since_epoch() - std::chrono::duration_cast<seconds>(steady.time_since_epoch());
  const seconds moved = offset_ ? offset - *offset_ : seconds{0};
  offset_ = offset;
  plausible_ = wall >= kEarliestPlausible;
  if (std::chrono::abs(moved) <= kNotASlew) return seconds{0};
  ++(moved > seconds{0} ? jumps_forward_ : jumps_backward_);
  return moved;
}

void ClockWatch::compare(Time wall, Time line_clock) { agrees_ = std::chrono::abs(wall - line_clock) <= kAgreement; }

}  // namespace taara
