// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "line_sim/json_text.h"
#include "line_sim/router_answers.h"
#include "line_sim/taara_answers.h"
#include "line_sim/time_text.h"
#include "line_sim/wire.h"

namespace taara::line_sim {
namespace {

namespace json = boost::json;

constexpr Time kNow{seconds{1768046400}};  // 2026-01-10 12:00 UTC

TaaraBundle bundle(std::int64_t used = 114'873'708'458) {
  return {1, kNow, {kNow - std::chrono::days{3}, kNow + std::chrono::days{27}, true, 1'000'000'000'000, used}, {}};
}

std::vector<ActiveFault> with(std::string_view name, std::optional<std::string_view> value = {}) {
  ActiveFault fault = make_fault({name, value, {}, {}}).value();
  fault.plan_then = bundle(100'000'000'000).meter;
  fault.month_then = fault.plan_then;
  return {fault};
}

json::value plan(const json::value& body, std::size_t index = 0) {
  return body.at("data").at("subscriberActiveAndUnusedPlans").at(index);
}

std::int64_t exact(const json::value& body) {
  return body.at("data")
      .at("purchasedHistory")
      .at(0)
      .at("purchasedHistoryPlans")
      .at(0)
      .at("dataUsage")
      .at("totalDataUsage")
      .as_int64();
}

TEST(SimTaaraAnswer, LooksLikeTheLines) {
  const json::value body = json::parse(bundle_body(bundle(), {}));
  EXPECT_EQ(body.at("message"), "List Customers Bundles");
  EXPECT_EQ(plan(body).at("planName"), "1 Month Unlimited");
  EXPECT_EQ(plan(body).at("remainingBalance"), "885.1 GB");
  EXPECT_EQ(plan(body).at("expiresIn"), "27 days");
  EXPECT_EQ(plan(body).at("isHomePlan"), true);
  EXPECT_EQ(plan(body, 1).at("remainingBalance"), "500.0 MB");
  EXPECT_EQ(plan(body, 1).at("isActive"), false);
  EXPECT_EQ(exact(body), 885'126'291'542);
  EXPECT_EQ(body.at("data").at("purchasedHistory").at(0).at("purchasedAt"), "2026-01-07T12:00:00.000Z");
}

TEST(SimTaaraAnswer, AnExpiredPlanIsNotListed) {
  TaaraBundle gone = bundle();
  gone.meter.active = false;
  const json::value body = json::parse(bundle_body(gone, {}));
  EXPECT_EQ(plan(body, 0).at("isHomePlan"), false);
}

TEST(SimTaaraAnswer, R21_UsageGoesBackByThePercentage) {
  const json::value body = json::parse(bundle_body(bundle(200'000'000'000), with("counter_back", "0.5")));
  EXPECT_EQ(exact(body), 801'000'000'000);
}

TEST(SimTaaraAnswer, R23_UsageStartsAgainFromZero) {
  EXPECT_EQ(exact(json::parse(bundle_body(bundle(100'000'000'007), with("meter_zero")))), 999'999'999'993);
}

TEST(SimTaaraAnswer, R26_BalanceTextIsTakenAsItIs) {
  const json::value body = json::parse(bundle_body(bundle(), with("balance_text", "885,1 GB")));
  EXPECT_EQ(plan(body).at("remainingBalance"), "885,1 GB");
  EXPECT_EQ(body.at("data").at("balanceSummary").at("remainingBalance"), 0);
}

TEST(SimTaaraAnswer, R27_UnitsSwitchInBothFieldsAlike) {
  const json::value body = json::parse(bundle_body(bundle(), with("unit_switch")));
  EXPECT_EQ(plan(body).at("remainingBalance"), "885.1 MB");
  EXPECT_EQ(exact(body), 885'126'291);
}

TEST(SimTaaraAnswer, R28_R30_NumbersAreLiteral) {
  for (const char* const literal : {"NaN", "1e400", "-5", "9223372036854775808", "\"12\"", "true", "null", "[1]"}) {
    const std::string body = bundle_body(bundle(), with("number_text", literal));
    EXPECT_NE(body.find(std::string(R"("totalDataUsage":)") + literal + "}"), std::string::npos) << body;
  }
}

TEST(SimTaaraAnswer, R31_R32_FieldsVanishChangeNamesAndDouble) {
  EXPECT_FALSE(
      plan(json::parse(bundle_body(bundle(), with("field_missing")))).as_object().contains("remainingBalance"));
  EXPECT_FALSE(json::parse(bundle_body(bundle(), with("field_missing", "data"))).as_object().contains("data"));
  EXPECT_TRUE(
      plan(json::parse(bundle_body(bundle(), with("field_renamed")))).as_object().contains("remainingBalance_v2"));
  const std::string doubled = bundle_body(bundle(), with("duplicate_key", "totalDataUsage"));
  EXPECT_NE(doubled.find(R"("totalDataUsage":885126291542,"totalDataUsage":7)"), std::string::npos);
}

TEST(SimTaaraAnswer, R39_PlanNamesCarryTheOddBytes) {
  EXPECT_NE(bundle_body(bundle(), with("plan_name", "invalid_utf8")).find("\xff\xc0\xaf"), std::string::npos);
  EXPECT_NE(bundle_body(bundle(), with("plan_name", "nul")).find("Month\\u0000Unlimited"), std::string::npos);
  EXPECT_EQ(plan(json::parse(bundle_body(bundle(), with("plan_name", "a\\nb\\x41")))).at("planName"), "a\nbA");
  EXPECT_GT(plan(json::parse(bundle_body(bundle(), with("plan_name", "long")))).at("planName").as_string().size(),
            10'000U);
}

TEST(SimTaaraAnswer, PlansAndPurchasesCanBeOdd) {
  EXPECT_EQ(json::parse(bundle_body(bundle(), with("no_home_plan")))
                .at("data")
                .at("subscriberActiveAndUnusedPlans")
                .as_array()
                .size(),
            1U);
  EXPECT_EQ(plan(json::parse(bundle_body(bundle(), with("two_home_plans"))), 1).at("isHomePlan"), true);
  EXPECT_EQ(plan(json::parse(bundle_body(bundle(), with("bonus_only_active")))).at("isActive"), false);
  EXPECT_EQ(exact(json::parse(bundle_body(bundle(), with("exact_disagrees")))), 114'873'708'458);
  EXPECT_EQ(exact(json::parse(bundle_body(bundle(), with("purchase_missing")))), 500'000'000);
  EXPECT_EQ(plan(json::parse(bundle_body(bundle(), with("expires_text", "soon")))).at("expiresIn"), "soon");
}

TEST(SimRouterAnswer, CountsInMebibytesThatAddUp) {
  const RouterUsage usage{1, kNow, bundle(300'000'000'000).meter, 1, 9};
  const json::value body = json::parse(usage_body(usage, {}));
  EXPECT_EQ(body.at("total_used_mb"), 286'102);
  EXPECT_EQ(body.at("total_used_mb").as_int64() + body.at("remaining_mb").as_int64(),
            body.at("total_allocated_mb").as_int64());
  EXPECT_EQ(json::parse(usage_body(usage, with("constant_zero"))).at("total_allocated_mb"), 0);
  EXPECT_EQ(json::parse(usage_body(usage, with("same_data"))).at("total_used_mb"), 95'367);
  EXPECT_EQ(json::parse(usage_body(usage, with("wrap32"))).at("total_used_mb"),
            300'000'000'000 % (std::int64_t{1} << 32) / (1 << 20));
  EXPECT_NE(usage_body(usage, with("number_text", "1e400")).find(R"("total_used_mb":1e400,)"), std::string::npos);
}

Wire wire_of(const std::vector<ActiveFault>& faults, Arsenal& arsenal) {
  return to_wire({200, "application/json", R"({"used":1})", {}}, {kNow, true, "/r/1/usage", 0.5, faults}, arsenal);
}

std::string body_of(const Wire& wire) { return wire.start.substr(wire.start.find("\r\n\r\n") + 4); }

TEST(SimWire, AGoodAnswerKeepsTheConnection) {
  Arsenal arsenal;
  const Wire wire = wire_of({}, arsenal);
  EXPECT_EQ(wire.ending, Ending::keep);
  EXPECT_TRUE(wire.start.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(wire.start.find("Date: Sat, 10 Jan 2026 12:00:00 GMT\r\n"), std::string::npos);
  EXPECT_NE(wire.start.find("Content-Length: 10\r\n"), std::string::npos);
}

TEST(SimWire, R11_BodiesMeetTheBoundaryExactly) {
  Arsenal arsenal;
  EXPECT_EQ(body_of(wire_of(with("body_exact_1mib"), arsenal)).size(), 1'048'576U);
  EXPECT_EQ(body_of(wire_of(with("body_1mib_plus_1"), arsenal)).size(), 1'048'577U);
}

TEST(SimWire, R12_NestingIsAsDeepAsAskedInAll) {
  Arsenal arsenal;
  json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code error;
  (void)json::parse(body_of(wire_of(with("deep_nesting", "32"), arsenal)), error, {}, options);
  EXPECT_FALSE(error);
  (void)json::parse(body_of(wire_of(with("deep_nesting", "33"), arsenal)), error, {}, options);
  EXPECT_TRUE(error);
  EXPECT_LT(body_of(wire_of(with("huge_array"), arsenal)).size(), 1'048'576U);
  EXPECT_LT(body_of(wire_of(with("huge_string"), arsenal)).size(), 1'048'576U);
}

TEST(SimWire, R10_FloodsAreAsLargeAsPromised) {
  Arsenal arsenal;
  EXPECT_NEAR(static_cast<double>(arsenal.gzip_bomb()->size()), 1e6, 1e5);
  const Wire chunks = wire_of(with("chunked_flood"), arsenal);
  EXPECT_GE(chunks.repeat * 0x10000, 200'000'000U);
  const Wire headers = wire_of(with("header_flood"), arsenal);
  EXPECT_GE(headers.repeat * headers.block->size(), 20'000'000U);
}

TEST(SimWire, R13_R14_RetryAfterIsWhateverIsAsked) {
  Arsenal arsenal;
  const std::string start = wire_of(with("status", "429,-5"), arsenal).start;
  EXPECT_TRUE(start.starts_with("HTTP/1.1 429 Too Many Requests\r\n"));
  EXPECT_NE(start.find("Retry-After: -5\r\n"), std::string::npos);
  EXPECT_EQ(wire_of(with("status", "503"), arsenal).start.find("Retry-After"), std::string::npos);
}

TEST(SimWire, R42_AWedgeStrikesItsShareOnly) {
  Arsenal arsenal;
  EXPECT_EQ(wire_of(with("wedge", "51"), arsenal).ending, Ending::hang);
  EXPECT_EQ(wire_of(with("wedge", "50"), arsenal).ending, Ending::keep);
}

TEST(SimWire, C03_TheDateCanBeMissingOrOdd) {
  Arsenal arsenal;
  EXPECT_EQ(wire_of(with("date_header"), arsenal).start.find("Date:"), std::string::npos);
  EXPECT_NE(wire_of(with("date_header", "yesterday"), arsenal).start.find("Date: yesterday\r\n"), std::string::npos);
}

TEST(SimWire, EveryFaultMakesBytesOrSilence) {
  Arsenal arsenal;
  for (const FaultInfo& info : all_faults()) {
    const Wire wire = wire_of(with(info.name), arsenal);
    EXPECT_TRUE(wire.ending == Ending::hang || wire.ending == Ending::reset || wire.start.starts_with("HTTP/1.1 "))
        << info.name;
    EXPECT_FALSE(bundle_body(bundle(), with(info.name)).empty());
  }
}

TEST(SimJsonText, EditsHitTheValueWhateverItIs) {
  std::string text = R"({"a":{"b":[1,"}"]},"c":"x\"y","d":1})";
  EXPECT_TRUE(replace_value(text, "c", "7"));
  EXPECT_TRUE(remove_field(text, "a"));
  EXPECT_EQ(text, R"({"c":7,"d":1})");
  EXPECT_TRUE(remove_field(text, "d"));
  EXPECT_EQ(text, R"({"c":7})");
  EXPECT_TRUE(remove_field(text, "c"));
  EXPECT_EQ(text, "{}");
  EXPECT_FALSE(remove_field(text, "c"));
}

}  // namespace
}  // namespace taara::line_sim
