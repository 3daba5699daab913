// SPDX-License-Identifier: Apache-2.0
#include "core/wrapped_text.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

TEST(WrappedText, BreaksBetweenWordsAndIndents) {
  EXPECT_EQ(wrapped("one two three four", 10, 2), "  one two\n  three\n  four\n");
  EXPECT_EQ(wrapped("one two three four", 80, 0), "one two three four\n");
  EXPECT_EQ(wrapped("", 10, 2), "\n");
}

TEST(WrappedText, ALineFeedBeginsANewLineAndSpacesAreOne) {
  EXPECT_EQ(wrapped("one\ntwo   three", 20, 1), " one\n two three\n");
  EXPECT_EQ(wrapped("one\n", 20, 0), "one\n\n");
}

TEST(WrappedText, AWordThatIsTooLongHasALineOfItsOwn) {
  EXPECT_EQ(wrapped("a https://example.org/long b", 8, 0), "a\nhttps://example.org/long\nb\n");
}

TEST(WrappedText, CountsCharactersNotBytes) { EXPECT_EQ(wrapped("äöü äöü", 7, 0), "äöü äöü\n"); }

}  // namespace
}  // namespace taara
