// SPDX-License-Identifier: Apache-2.0
#include "core/speed_text.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

TEST(SpeedText, BitsPerSecondInThreeUnits) {
  EXPECT_EQ(parse_speed("100 Mbit/s"), 100'000'000);
  EXPECT_EQ(parse_speed("100Mbit/s"), 100'000'000);
  EXPECT_EQ(parse_speed("2.5 Gbit/s"), 2'500'000'000);
  EXPECT_EQ(parse_speed("1500.5 kbit/s"), 1'500'500);
  EXPECT_EQ(parse_speed("1 Mbit/s"), 1'000'000);
  EXPECT_EQ(parse_speed("100 Gbit/s"), 100'000'000'000);
}

TEST(SpeedText, OtherUnitsFormsAndRangesAreNoSpeed) {
  for (const auto* text : {"", "100", "100 MB/s", "100 Mb/s", "100 mbit/s", "100 Mbps", "100  Mbit/s", "100 Mbit/s ",
                           "-100 Mbit/s", "1e2 Mbit/s", "0 Mbit/s", "999.999 kbit/s", "100.001 Gbit/s",
                           "999999999 Gbit/s", "1.0001 Gbit/s", "9999999999 Gbit/s"})
    EXPECT_FALSE(parse_speed(text)) << text;
}

}  // namespace
}  // namespace taara
