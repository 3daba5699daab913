// SPDX-License-Identifier: Apache-2.0
#include "core/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace taara {
namespace {

TEST(Utf8, WellFormedTextIsValidToItsEnd) {
  for (const std::string text :
       {"", "abc", "\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBF"})
    EXPECT_EQ(valid_utf8_bytes(text), text.size());
}

TEST(Utf8, S03_TheFirstBadSequenceIsFound) {
  for (const std::string bad : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE2\x82", "\xE2(\xA1",
                                "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF0\x9F\x98",
                                "\xF0\x9F\x98(", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF\xFE"})
    EXPECT_EQ(valid_utf8_bytes("ok" + bad), 2U);
}

}  // namespace
}  // namespace taara
