// SPDX-License-Identifier: Apache-2.0
#include "core/in_quotes.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

TEST(InQuotes, NothingInItCanForgeALine) {
  EXPECT_EQ(in_quotes("10 min"), R"("10 min")");
  EXPECT_EQ(in_quotes(""), R"("")");
  EXPECT_EQ(in_quotes("a\"b\\c\nd\re\x1b[1m"), R"("a\"b\\c\nd\x0De\x1B[1m")");
  EXPECT_EQ(in_quotes("\xC3\xBC\x7F"), R"("\xC3\xBC\x7F")");
  EXPECT_EQ(in_quotes(std::string(60, 'x')), "\"" + std::string(60, 'x') + "\"");
  EXPECT_EQ(in_quotes(std::string(61, 'x')), "\"" + std::string(60, 'x') + "...\"");
}

}  // namespace
}  // namespace taara
