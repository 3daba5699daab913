// SPDX-License-Identifier: Apache-2.0
// Two kinds of time that cannot be mixed: wall time dates readings, steady time paces work.
#pragma once

#include <chrono>

namespace taara {

using Time = std::chrono::sys_seconds;
using Steady = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The only way to learn the time. io/system_clock.h is the real one; tests hold their own.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time wall() const = 0;
  [[nodiscard]] virtual Steady steady() const = 0;
};

}  // namespace taara
