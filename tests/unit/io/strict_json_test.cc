// SPDX-License-Identifier: Apache-2.0
#include "io/strict_json.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

std::string fault(std::string_view body) {
  const auto parsed = parse_json(body);
  const auto* bad = std::get_if<JsonFault>(&parsed);
  return bad == nullptr ? "" : std::string(name_of(kPollErrorNames, bad->kind));
}
std::string what(std::string_view body) { return std::get<JsonFault>(parse_json(body)).what; }

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

TEST(StrictJson, ReadsEveryKindOfValue) {
  const auto parsed = parse_json(
      "\r\n\t {\"a\":[1,-2,2.5,true,null,\"x\\u00e9\\\"\"],\"b\":{\"c/d\":{\"~\":18446744073709551615}}} \n");
  const auto& root = std::get<boost::json::value>(parsed);
  EXPECT_EQ(find(root, "/a/1")->as_int64(), -2);
  EXPECT_EQ(find(root, "/a/2")->as_double(), 2.5);
  EXPECT_EQ(find(root, "/a/5")->as_string(), "x\xC3\xA9\"");
  EXPECT_EQ(find(root, "/b/c~1d/~0")->as_uint64(), 18446744073709551615U);
  EXPECT_EQ(find(root, "/b/none"), nullptr);
  EXPECT_EQ(find(root, "no pointer"), nullptr);
  EXPECT_EQ(member(root, "z"), nullptr);
  EXPECT_EQ(member(*find(root, "/a"), "z"), nullptr);
}

TEST(StrictJson, LongStringsAndKeysComeWhole) {
  const std::string text = repeated("long \\n ", 20'000);
  const auto parsed = parse_json("{\"" + text + "\":\"" + text + "\"}");
  const auto& root = std::get<boost::json::value>(parsed).as_object();
  ASSERT_EQ(root.size(), 1U);
  EXPECT_EQ(root.begin()->key(), repeated("long \n ", 20'000));
  EXPECT_EQ(root.begin()->value().as_string(), repeated("long \n ", 20'000));
}

TEST(StrictJson, R06_R07_WhatEndsTooEarlyIsTruncated) {
  const std::string good = R"({"data":{"plans":[{"a":1.5,"b":"text é"},true]},"message":"done"})";
  ASSERT_EQ(fault(good), "");
  for (std::size_t length = 1; length < good.size(); ++length)
    EXPECT_EQ(fault(good.substr(0, length)), "truncated") << length;
}

TEST(StrictJson, R08_NothingIsNotJson) {
  EXPECT_EQ(fault(""), "not_json");
  EXPECT_EQ(fault(" \r\n\t "), "not_json");
}

TEST(StrictJson, R02_R09_PagesGarbageBomAndTwoDocumentsAreNotJson) {
  for (const auto* body : {"<html></html>", "  <!DOCTYPE html>", "OK", "{\"a\":1}x", "{\"a\":1}{\"a\":1}", "{}[]",
                           "\xEF\xBB\xBF{}", "{'a':1}", "{\"a\":1,}", "[1 2]", "{\"a\":01}", "{\"a\":+1}", "// c\n{}"})
    EXPECT_EQ(fault(body), "not_json") << body;
}

TEST(StrictJson, R28_LiteralsThatJsonDoesNotHave) {
  for (const auto* body : {"{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":-Infinity}"})
    EXPECT_EQ(fault(body), "not_json") << body;
}

TEST(StrictJson, LoneSurrogatesAndControlCharactersAreNotJson) {
  for (const auto* body : {R"({"a":"\ud800"})", "{\"a\":\"\x01\"}"}) EXPECT_EQ(fault(body), "not_json") << body;
}

TEST(StrictJson, R39_ABadByteInATextIsLeftToWhoUsesTheText) {
  for (const auto* body : {"{\"a\":\"\xFF\"}", "{\"a\":\"\xC0\x80\"}", "{\"a\":\"\xED\xA0\x80\"}"})
    EXPECT_EQ(fault(body), "") << body;
  EXPECT_EQ(fault("\xFF"), "not_json");
}

TEST(StrictJson, R11_OneMebibyteExactlyAndOneMore) {
  const std::string text = "\"" + std::string(kMaxBodyBytes - 2, 'x') + "\"";
  EXPECT_EQ(fault(text), "");
  EXPECT_EQ(fault(text + " "), "too_large");
}

TEST(StrictJson, R12_NestingOf32IsReadAndOf33IsNot) {
  EXPECT_EQ(fault(repeated("[", 32) + repeated("]", 32)), "");
  EXPECT_EQ(fault(repeated("[", 33) + repeated("]", 33)), "schema");
  EXPECT_EQ(fault(repeated("{\"a\":", 33) + "1" + repeated("}", 33)), "schema");
  EXPECT_EQ(fault(repeated("[", kMaxBodyBytes)), "schema");
}

TEST(StrictJson, R12_MemoryIsBounded) {
  EXPECT_EQ(fault("[" + repeated("0,", 500'000) + "0]"), "schema");
  EXPECT_EQ(fault("[" + repeated("[],", 300'000) + "0]"), "schema");
  EXPECT_EQ(fault("[" + repeated("0,", 50'000) + "0]"), "");
}

TEST(StrictJson, R32_DuplicateKeysAreFoundWhereverTheyAre) {
  EXPECT_EQ(what(R"({"a":1,"a":1})"), "the key /a comes twice");
  EXPECT_EQ(what(R"({"data":{"plans":[{},{"x":1,"y":2,"x":3}]}})"), "the key /data/plans/1/x comes twice");
  EXPECT_EQ(fault(R"({"a":1,"\u0061":2})"), "schema");
  EXPECT_EQ(fault(R"({"a":{"b":1},"b":{"a":1}})"), "");
}

TEST(StrictJson, R32_AKeyThatIsPersonalIsNotTold) {
  EXPECT_EQ(what(R"({"0700000001":1,"0700000001":1})"), "the key /hidden comes twice");
}

}  // namespace
}  // namespace taara
