// SPDX-License-Identifier: Apache-2.0
#include "io/request_text.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace taara {
namespace {

std::string every_byte_but_utf8() {
  std::string all;
  for (char c = 0; c < 127; ++c) all += c;
  return all + "\x7f é 日本 🎉";
}

TEST(RequestText, AJsonStringComesBackAsItWas) {
  std::string out = "{\"a\":";
  append_json_string(out, every_byte_but_utf8());
  EXPECT_EQ(boost::json::parse(out + "}").at("a").as_string(), every_byte_but_utf8());
}

TEST(RequestText, PercentEncodingKeepsOnlyWhatIsUnreserved) {
  std::string out;
  append_percent_encoded(out, "aZ09-._~ +&=%/?#\r\n\"é");
  EXPECT_EQ(out, "aZ09-._~%20%2B%26%3D%25%2F%3F%23%0D%0A%22%C3%A9");
}

TEST(RequestText, HeadersAndPathsTakeOnlyWhatCannotBreakOut) {
  EXPECT_TRUE(fits_header("Bearer-a.b_c~!"));
  for (const auto* value : {"", "a b", "a\r", "a\n", "a\t", "é", "\x7f"}) EXPECT_FALSE(fits_header(value)) << value;
  EXPECT_FALSE(fits_header(std::string_view("a\0b", 3)));
  EXPECT_TRUE(fits_path("3f2a-Sub_1"));
  for (const auto* value : {"", ".", "..", "a/b", "a%2fb", "a?b", "a#b", "a b"})
    EXPECT_FALSE(fits_path(value)) << value;
  EXPECT_FALSE(fits_path(std::string(129, 'a')));
}

}  // namespace
}  // namespace taara
