// SPDX-License-Identifier: Apache-2.0
#include "io/system_clock.h"

#include <time.h>

namespace taara {

Time SystemClock::wall() const { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); }

// Unlike std::chrono::steady_clock this goes on while the machine sleeps: a poll that fell due then is due at wake.
Steady SystemClock::steady() const {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return Steady{std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
}

}  // namespace taara
