// SPDX-License-Identifier: Apache-2.0
#include "core/json_writer.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "core/utf8.h"

namespace taara {
namespace {

template <class Write>
std::string written(const Write& write) {
  std::string text;
  JsonWriter json([&](std::string_view piece) {
    text += piece;
    return true;
  });
  write(json);
  json.finish();
  return text;
}

TEST(JsonWriter, CommasStandWhereTheyBelong) {
  EXPECT_EQ(written([](JsonWriter& json) {
              json.begin_object();
              json.member("a", 1);
              json.key("b");
              json.begin_array();
              json.value(true);
              json.begin_object();
              json.end_object();
              json.begin_array();
              json.end_array();
              json.null();
              json.end_array();
              json.member("c", std::optional<int>());
              json.member("d", std::optional("x"));
              json.end_object();
            }),
            R"({"a":1,"b":[true,{},[],null],"c":null,"d":"x"})");
}

TEST(JsonWriter, NumbersAreFiniteAndExact) {
  EXPECT_EQ(written([](JsonWriter& json) {
              json.begin_array();
              json.value(std::numeric_limits<double>::quiet_NaN());
              json.value(-std::numeric_limits<double>::infinity());
              json.value(0.1);
              json.value(std::numeric_limits<std::int64_t>::min());
              json.value(std::numeric_limits<std::uint64_t>::max());
              json.value(Bytes{-5});
              json.end_array();
            }),
            "[null,null,0.1,-9223372036854775808,18446744073709551615,-5]");
}

TEST(JsonWriter, TextsAreEscapedAndValidUtf8) {
  EXPECT_EQ(written([](JsonWriter& json) {
              json.begin_object();
              json.member("\"k\\\n", std::string_view("a\0b\x1f\x7f\tz", 7));
              json.end_object();
            }),
            "{\"\\\"k\\\\\\n\":\"a\\u0000b\\u001f\\u007f\\u0009z\"}");
  EXPECT_EQ(written([](JsonWriter& json) { json.value("a\xff\xc3(\xed\xa0\x80z\xe2\x82"); }),
            "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonWriter, WhateverTheBytesAnotherReaderUnderstandsThem) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 40, '\0');
    for (char& c : text) c = static_cast<char>(random());
    const std::string json = written([&](JsonWriter& writer) {
      writer.begin_object();
      writer.member(text, text);
      writer.end_object();
    });
    EXPECT_EQ(valid_utf8_bytes(json), json.size());
    const auto read = boost::json::parse(json).as_object();
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read.begin()->key(), read.begin()->value().as_string());
    if (valid_utf8_bytes(text) == text.size()) {
      EXPECT_EQ(read.begin()->key(), text);
    }
  }
}

TEST(JsonWriter, ALongAnswerLeavesInPieces) {
  std::size_t pieces = 0;
  std::size_t longest = 0;
  std::string text;
  JsonWriter json([&](std::string_view piece) {
    ++pieces;
    longest = std::max(longest, piece.size());
    text += piece;
    return true;
  });
  json.begin_array();
  for (int i = 0; i < 10'000; ++i) {
    json.begin_object();
    json.member("number", i);
    json.end_object();
  }
  json.end_array();
  json.finish();
  EXPECT_GT(pieces, 5U);
  EXPECT_LT(longest, 20'000U);
  EXPECT_EQ(boost::json::parse(text).as_array().size(), 10'000U);
}

TEST(JsonWriter, StopsWhenNobodyWantsMore) {
  std::size_t pieces = 0;
  JsonWriter json([&](std::string_view) {
    ++pieces;
    return false;
  });
  json.begin_array();
  for (int i = 0; i < 100; ++i) {
    json.begin_array();
    json.value(std::string(4096, 'x'));
    json.end_array();
  }
  EXPECT_EQ(pieces, 1U);
  EXPECT_FALSE(json.wanted());
}

}  // namespace
}  // namespace taara
