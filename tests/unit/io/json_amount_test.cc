// SPDX-License-Identifier: Apache-2.0
#include "io/json_amount.h"

#include <gtest/gtest.h>

#include "io/strict_json.h"

namespace taara {
namespace {

AmountResult read(std::string_view text, Unit unit) {
  const auto parsed = parse_json(text);
  return amount(&std::get<boost::json::value>(parsed), unit);
}
std::int64_t bytes(std::string_view text, Unit unit) { return std::get<Amount>(read(text, unit)).bytes.count; }
std::int64_t resolution(std::string_view text, Unit unit) {
  return std::get<Amount>(read(text, unit)).resolution.count;
}
std::string fault(std::string_view text, Unit unit) {
  const auto result = read(text, unit);
  const auto* bad = std::get_if<AmountFault>(&result);
  return bad == nullptr ? "" : std::string(name_of(kPollErrorNames, bad->kind));
}

TEST(JsonAmount, CountsInItsUnit) {
  EXPECT_EQ(bytes("885126291542", Unit::B), 885'126'291'542);
  EXPECT_EQ(bytes("1048576", Unit::MiB), 1'099'511'627'776);
  EXPECT_EQ(bytes("885.1", Unit::GB), 885'100'000'000);
  EXPECT_EQ(bytes("1e3", Unit::B), 1000);
  EXPECT_EQ(bytes("\"885.1 GB\"", Unit::automatic), 885'100'000'000);
}

TEST(JsonAmount, ResolutionIsThatOfTheLastDigitSeen) {
  EXPECT_EQ(resolution("153428", Unit::MiB), 1 << 20);
  EXPECT_EQ(resolution("153428.2", Unit::MiB), (1 << 20) / 10);
  EXPECT_EQ(resolution("885.12", Unit::GB), 10'000'000);
  EXPECT_EQ(resolution("0.00001", Unit::GB), 10'000);
  EXPECT_EQ(resolution("0.1234567890123", Unit::kB), 1);
  EXPECT_EQ(resolution("7", Unit::B), 1);
  EXPECT_EQ(resolution("\"500.0 MB\"", Unit::automatic), 100'000);
}

TEST(JsonAmount, R29_InfinityInDisguiseIsOutOfRange) {
  EXPECT_EQ(fault("1e400", Unit::B), "range");
  EXPECT_EQ(fault("-1e400", Unit::B), "range");
  EXPECT_EQ(fault(std::string(400, '9'), Unit::B), "range");
  EXPECT_EQ(fault("0." + std::string(400, '9'), Unit::GB), "");
}

TEST(JsonAmount, R30_NegativeAndHugeAreOutOfRangeAndMinusZeroIsZero) {
  for (const auto* number : {"-1", "-0.5", "9223372036854775808", "18446744073709551616", "1000000000000001", "1e16"})
    EXPECT_EQ(fault(number, Unit::B), "range") << number;
  EXPECT_EQ(fault("9223372036854775807", Unit::TiB), "range");
  EXPECT_EQ(fault("1001", Unit::TB), "range");
  EXPECT_EQ(fault("1000.5", Unit::TB), "range");
  EXPECT_EQ(bytes("-0", Unit::B), 0);
  EXPECT_EQ(bytes("-0.0", Unit::MiB), 0);
  EXPECT_EQ(bytes("1000000000000000", Unit::B), kMaxPlausible.count);
}

TEST(JsonAmount, R31_OtherKindsAreASchemaFaultThatTellsNoValue) {
  for (const auto* value : {"\"153428\"", "true", "null", "[1]", "{\"a\":1}"})
    EXPECT_EQ(fault(value, Unit::MiB), "schema") << value;
  for (const auto* value : {"885.1", "null", "{}"}) EXPECT_EQ(fault(value, Unit::automatic), "schema") << value;
  EXPECT_EQ(fault("1.5", Unit::B), "schema");
  EXPECT_EQ(std::get<AmountFault>(amount(nullptr, Unit::B)).what, "missing");
  EXPECT_EQ(std::get<AmountFault>(read("\"0700000001\"", Unit::B)).what, "a string where a number is expected");
}

TEST(JsonAmount, R26_StringsFollowTheStrictGrammar) {
  EXPECT_EQ(bytes("\"885.1GB\"", Unit::automatic), 885'100'000'000);
  EXPECT_EQ(bytes("\"885.1 GiB\"", Unit::automatic), 950'368'888'422);
  EXPECT_EQ(fault("\"885,1 GB\"", Unit::automatic), "unit");
  EXPECT_EQ(fault("\"885.1\"", Unit::automatic), "unit");
  EXPECT_EQ(fault("\"885.1 PB\"", Unit::automatic), "unit");
  EXPECT_EQ(fault("\"\"", Unit::automatic), "schema");
  EXPECT_EQ(fault("\"-885.1 GB\"", Unit::automatic), "range");
}

}  // namespace
}  // namespace taara
