// SPDX-License-Identifier: Apache-2.0
#include "io/system_clock.h"

#include <gtest/gtest.h>

#include <ctime>

namespace taara {
namespace {

TEST(SystemClock, WallIsTheSystemsTimeAndSteadyNeverGoesBack) {
  const SystemClock clock;
  const Time before{seconds{std::time(nullptr) - 1}};
  EXPECT_GE(clock.wall(), before);
  EXPECT_LE(clock.wall(), before + seconds{60});
  const Steady first = clock.steady();
  EXPECT_GE(clock.steady(), first);
}

}  // namespace
}  // namespace taara
