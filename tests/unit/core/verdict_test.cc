// SPDX-License-Identifier: Apache-2.0
#include "core/verdict.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

TEST(Verdict, EfficiencyChangesItsWordAtTheAgreedRatios) {
  EXPECT_EQ(efficiency_word(1), "excellent");
  EXPECT_EQ(efficiency_word(0.9), "excellent");
  EXPECT_EQ(efficiency_word(0.899), "good");
  EXPECT_EQ(efficiency_word(0.7), "good");
  EXPECT_EQ(efficiency_word(0.699), "caution");
  EXPECT_EQ(efficiency_word(0.5), "caution");
  EXPECT_EQ(efficiency_word(0.499), "concern");
  EXPECT_EQ(efficiency_word(0), "concern");
}

TEST(Verdict, ATrendMustMatterInBothDirectionsAlike) {
  EXPECT_EQ(trend_word(1.16), "increasing");
  EXPECT_EQ(trend_word(1.14), "stable");
  EXPECT_EQ(trend_word(1), "stable");
  EXPECT_EQ(trend_word(1 / 1.14), "stable");
  EXPECT_EQ(trend_word(1 / 1.16), "decreasing");
  EXPECT_EQ(trend_word(0), "decreasing");
}

}  // namespace
}  // namespace taara
