// SPDX-License-Identifier: Apache-2.0
#include "core/clock_watch.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

using std::chrono::hours;

constexpr Time kStart = kEarliestPlausible + hours{24 * 30};
constexpr Steady kSteady{hours{5}};

TEST(ClockWatch, C01_C02_AClockThatIsSetIsNoticedInItsDirection) {
  ClockWatch watch;
  EXPECT_EQ(watch.look(kStart, kSteady), seconds{0});
  EXPECT_EQ(watch.look(kStart + hours{25}, kSteady + hours{1}), hours{24});
  EXPECT_EQ(watch.look(kStart + hours{25}, kSteady + hours{2}), -hours{1});
  EXPECT_EQ(watch.jumps_forward(), 1U);
  EXPECT_EQ(watch.jumps_backward(), 1U);
}

TEST(ClockWatch, C11_ASlewIsNoJump) {
  ClockWatch watch;
  for (int minute = 0; minute < 60 * 24 * 30; ++minute)  // 500 ppm for a month
    EXPECT_EQ(watch.look(kStart + seconds{minute * 60} + seconds{minute * 3 / 100}, kSteady + seconds{minute * 60}),
              seconds{0});
  EXPECT_EQ(watch.jumps_forward(), 0U);
}

TEST(ClockWatch, C03_ATimeBeforeThisProgramExistedIsNotPlausible) {
  ClockWatch watch;
  watch.look(Time{hours{24 * 365}}, kSteady);
  EXPECT_FALSE(watch.plausible());
  EXPECT_FALSE(watch.trusted());
  watch.look(kStart, kSteady + hours{1});
  EXPECT_TRUE(watch.trusted());
}

TEST(ClockWatch, C03_TheLinesClockMustAgree) {
  ClockWatch watch;
  watch.look(kStart, kSteady);
  watch.compare(kStart, kStart + hours{1});
  EXPECT_TRUE(watch.plausible());
  EXPECT_FALSE(watch.trusted());
  watch.compare(kStart, kStart - seconds{299});
  EXPECT_TRUE(watch.trusted());
}

}  // namespace
}  // namespace taara
