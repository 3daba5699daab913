// SPDX-License-Identifier: Apache-2.0
#include "core/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "core/utf8.h"

namespace taara {
namespace {

using testing::HasSubstr;

std::string read(std::string_view text) {
  const auto parsed = parse_query(text);
  if (!parsed) return "error: " + parsed.error().what;
  std::string all;
  for (const auto& [name, value] : *parsed) all.append("[").append(name).append("|").append(value).append("]");
  return all;
}

TEST(Query, NamesAndValues) {
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("household=home"), "[household|home]");
  EXPECT_EQ(read("a=1&b=&c=x=y"), "[a|1][b|][c|x=y]");
  EXPECT_EQ(read("b%79tes=20%20GB&x=%c3%A9"), "[bytes|20 GB][x|\xc3\xa9]");
  EXPECT_EQ(read("by=2026-11-21T20:00:00+03:00"), "[by|2026-11-21T20:00:00+03:00]") << "a plus is a plus";
}

TEST(Query, WhatIsNotClearIsAnError) {
  for (const char* text : {"a", "&", "a=1&", "&a=1", "a=1&&b=2", "=1", "a=%", "a=%4", "a=%zz", "a=%4g", "%=1"})
    EXPECT_THAT(read(text), HasSubstr("error: ")) << text;
  EXPECT_THAT(read("a=%zz"), HasSubstr("two hex digits"));
  EXPECT_THAT(read("a=1&a=1"), HasSubstr("\"a\" is there twice"));
  EXPECT_THAT(read("a=1&%61=2"), HasSubstr("\"a\" is there twice"));
  EXPECT_THAT(read("a=%00"), HasSubstr("control character"));
  EXPECT_THAT(read("a=%0d%0ax"), HasSubstr("control character"));
  EXPECT_THAT(read("a=%ff"), HasSubstr("not UTF-8"));
  EXPECT_THAT(read("a=%c0%80"), HasSubstr("not UTF-8"));
}

TEST(Query, LengthAndNumberAreLimited) {
  EXPECT_EQ(read("a=" + std::string(kMaxQueryBytes - 2, 'x')).size(), kMaxQueryBytes + 2);
  EXPECT_THAT(read("a=" + std::string(kMaxQueryBytes - 1, 'x')), HasSubstr("1025 bytes; at most 1024"));
  EXPECT_EQ(read("a=&b=&c=&d=&e=&f=&g=&h="), "[a|][b|][c|][d|][e|][f|][g|][h|]");
  EXPECT_THAT(read("a=&b=&c=&d=&e=&f=&g=&h=&i="), HasSubstr("more than 8"));
}

TEST(Query, AnyBytesGiveCleanParametersOrAnError) {
  std::mt19937 random(2);
  constexpr std::string_view kOften = "=&%+0a4f";
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 30, '\0');
    for (char& c : text) c = random() % 2 == 0 ? kOften[random() % kOften.size()] : static_cast<char>(random());
    const auto parsed = parse_query(text);
    if (!parsed) {
      EXPECT_EQ(valid_utf8_bytes(parsed.error().what), parsed.error().what.size());
      continue;
    }
    for (const auto& [name, value] : *parsed) {
      EXPECT_FALSE(name.empty());
      EXPECT_EQ(valid_utf8_bytes(name + value), name.size() + value.size());
    }
  }
}

}  // namespace
}  // namespace taara
