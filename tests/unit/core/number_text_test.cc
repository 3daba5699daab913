// SPDX-License-Identifier: Apache-2.0
#include "core/number_text.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

TEST(NumberText, RoundsToThePlacesAskedFor) {
  EXPECT_EQ(fixed_text(0, 2), "0.00");
  EXPECT_EQ(fixed_text(12.344, 2), "12.34");
  EXPECT_EQ(fixed_text(0.995, 0), "1");
  EXPECT_EQ(fixed_text(0.05, 1), "0.1");
  EXPECT_EQ(fixed_text(-0.5, 1), "-0.5");
  EXPECT_EQ(fixed_text(-0.001, 2), "0.00");
  EXPECT_EQ(fixed_text(1.000001, 6), "1.000001");
}

TEST(NumberText, AmountsHaveThreeDigits) {
  EXPECT_EQ(amount_text(0), "0 B");
  EXPECT_EQ(amount_text(999), "999 B");
  EXPECT_EQ(amount_text(999.6), "1.00 kB");
  EXPECT_EQ(amount_text(24'762'691), "24.8 MB");
  EXPECT_EQ(amount_text(99'960'000), "100 MB");
  EXPECT_EQ(amount_text(612e9), "612 GB");
  EXPECT_EQ(amount_text(999.6e9), "1.00 TB");
  EXPECT_EQ(amount_text(1.0244e12), "1.02 TB");
  EXPECT_EQ(amount_text(1e15), "1000 TB");
}

TEST(NumberText, NeverAndAlwaysAreSaidOfNothingElse) {
  EXPECT_EQ(percent_text(0), "0 %");
  EXPECT_EQ(percent_text(0.0001), "under 1 %");
  EXPECT_EQ(percent_text(0.625), "63 %");
  EXPECT_EQ(percent_text(0.9999), "over 99 %");
  EXPECT_EQ(percent_text(1), "100 %");
  EXPECT_EQ(percent_text(1.05), "105 %");
}

}  // namespace
}  // namespace taara
