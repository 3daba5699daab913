// SPDX-License-Identifier: Apache-2.0
#include "core/label.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

TEST(Label, LeavesAnHonestNameAlone) {
  EXPECT_EQ(clean_label("1 Month Unlimited"), "1 Month Unlimited");
  EXPECT_EQ(clean_label("Mwezi 1 – ñ 日本 🎉"), "Mwezi 1 – ñ 日本 🎉");
  EXPECT_EQ(clean_label("say \"more\" \\ less"), "say \"more\" \\ less");
  EXPECT_EQ(clean_label(""), "");
}

TEST(Label, R39_ControlCharactersAndLineBreaksBecomeOneSpace) {
  EXPECT_EQ(clean_label("a\nb"), "a b");
  EXPECT_EQ(clean_label("  a \t\r\n b\x7f "), "a b");
  EXPECT_EQ(clean_label(std::string_view("a\0b", 3)), "a b");
  EXPECT_EQ(clean_label("a\xC2\x85"
                        "b\xE2\x80\xA8"
                        "c"),
            "a b c");
}

TEST(Label, R39_MarksThatTurnOrHideWritingGo) {
  EXPECT_EQ(clean_label("ab\xE2\x80\xAE"
                        "cd\xE2\x80\x8F\xE2\x81\xA6\xEF\xBB\xBF"),
            "abcd");
  EXPECT_EQ(clean_label("\xE2\x80\x8B"), "");
}

TEST(Label, R39_WhatIsNotUtf8IsReplaced) {
  EXPECT_EQ(clean_label("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(clean_label("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong NUL
  EXPECT_EQ(clean_label("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // cut off
  EXPECT_EQ(clean_label("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // surrogate
  EXPECT_EQ(clean_label("\xF4\x90\x80\x80").substr(0, 3), "\xEF\xBF\xBD");         // beyond U+10FFFF
}

TEST(Label, R39_TenKilobytesAreCutBetweenCharacters) {
  EXPECT_EQ(clean_label(std::string(10'000, 'x')), std::string(128, 'x'));
  std::string euros;
  for (int i = 0; i < 5000; ++i) euros += "€";
  EXPECT_EQ(clean_label(euros).size(), 126U);
  EXPECT_EQ(clean_label(std::string(127, 'x') + " y"), std::string(127, 'x'));
}

}  // namespace
}  // namespace taara
