// SPDX-License-Identifier: Apache-2.0
// The real time. No other file reads a clock.
#pragma once

#include "core/time.h"

namespace taara {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time wall() const override;
  [[nodiscard]] Steady steady() const override;
};

}  // namespace taara
