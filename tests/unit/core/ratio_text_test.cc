// SPDX-License-Identifier: Apache-2.0
#include "core/ratio_text.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

TEST(RatioText, PercentAndRatioGiveTheSameNumber) {
  EXPECT_EQ(parse_ratio("75%"), 0.75);
  EXPECT_EQ(parse_ratio("0.75"), 0.75);
  EXPECT_EQ(parse_ratio("99.5%"), parse_ratio("0.995"));
  EXPECT_EQ(parse_ratio("100%"), 1.0);
  EXPECT_EQ(parse_ratio("1"), 1.0);
  EXPECT_EQ(parse_ratio("75"), 75.0);
}

TEST(RatioText, AnythingElseIsNoRatio) {
  for (const auto* text : {"", "%", "75 %", "75%%", "0,75", "-1%", "+1%", "1e-1", ".5", "5.", "nan", "inf",
                           "75 percent", "0.12345678", "99999999999%"})
    EXPECT_FALSE(parse_ratio(text)) << text;
}

}  // namespace
}  // namespace taara
