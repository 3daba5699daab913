// SPDX-License-Identifier: Apache-2.0
#include "io/system_clock.h"

namespace taara {

Time SystemClock::wall() const { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); }

Steady SystemClock::steady() const { return std::chrono::steady_clock::now(); }

}  // namespace taara
