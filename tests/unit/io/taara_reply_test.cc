// SPDX-License-Identifier: Apache-2.0
#include "io/taara_reply.h"

#include "line_fixture.h"

namespace taara {
namespace {

using namespace std::chrono_literals;
constexpr Time kNow = date::sys_days{date::year{2025} / 8 / 24} + 10h;
constexpr Time kBought = date::sys_days{date::year{2025} / 8 / 21} + 9h + 12min + 33s;

PollOutcome parse(std::string_view body) { return parse_bundle(body, kNow, nullptr); }
std::string good() { return line_fixture("taara/good.json"); }
std::string error_of(const PollOutcome& outcome) {
  return outcome.reading.error ? std::string(name_of(kPollErrorNames, *outcome.reading.error)) : "";
}

// A reading of the good body in which only what `fields` name is amiss.
void expect_partial(const PollOutcome& outcome, std::string_view fields) {
  EXPECT_EQ(outcome.reading.status, ReadingStatus::partial);
  EXPECT_EQ(violated(outcome), fields);
  EXPECT_FALSE(outcome.reading.error);
}
void expect_failed(const PollOutcome& outcome, std::string_view error, std::string_view fields) {
  EXPECT_EQ(outcome.reading.status, ReadingStatus::failed);
  EXPECT_EQ(error_of(outcome), error);
  EXPECT_EQ(violated(outcome), fields);
  EXPECT_FALSE(outcome.reading.remaining);
  EXPECT_TRUE(outcome.reading.plans.empty());
  EXPECT_FALSE(outcome.detail.empty());
}

TEST(TaaraReply, ReadsTheWholeAnswer) {
  const auto outcome = parse(good());
  const Reading& reading = outcome.reading;
  EXPECT_EQ(reading.status, ReadingStatus::success);
  EXPECT_EQ(violated(outcome), "");
  EXPECT_EQ(reading.time, kNow);
  EXPECT_EQ(reading.remaining, Bytes{885'126'291'542});
  EXPECT_EQ(reading.resolution, Bytes{1});
  EXPECT_FALSE(reading.used);
  EXPECT_FALSE(reading.allocation);
  EXPECT_EQ(reading.plan, "1 Month Unlimited");
  EXPECT_EQ(reading.purchased, kBought);
  EXPECT_EQ(reading.expiry, kNow + 27 * 24h);
  EXPECT_EQ(reading.expiry_resolution, 24h);
  ASSERT_EQ(reading.plans.size(), 2U);
  EXPECT_TRUE(reading.plans[0].home && reading.plans[0].active);
  EXPECT_EQ(reading.plans[0].remaining, Bytes{885'126'291'542});
  EXPECT_EQ(reading.plans[1].plan, "500 MB Free Trial");
  EXPECT_EQ(reading.plans[1].remaining, Bytes{500'000'000});
  EXPECT_FALSE(reading.plans[1].home || reading.plans[1].active);
}

TEST(TaaraReply, BonusPlansAreReportedApartAndNeverAdded) {
  const auto outcome = parse(line_fixture("taara/bonus-plans.json"));
  EXPECT_EQ(outcome.reading.status, ReadingStatus::success);
  EXPECT_EQ(outcome.reading.remaining, Bytes{885'126'291'542});
  ASSERT_EQ(outcome.reading.plans.size(), 4U);
  EXPECT_TRUE(outcome.reading.plans[0].home);
  // Two series of one name would fail the whole scrape.
  EXPECT_EQ(outcome.reading.plans[1].plan, "Weekend Bonus");
  EXPECT_EQ(outcome.reading.plans[1].remaining, Bytes{2'500'000'000});
  EXPECT_EQ(outcome.reading.plans[2].plan, "Weekend Bonus (2)");
  EXPECT_EQ(outcome.reading.plans[3].plan, "500 MB Free Trial");
}

TEST(TaaraReply, WithoutOneHomePlanNobodyKnowsTheBalance) {
  expect_failed(parse(line_fixture("taara/no-home-plan.json")), "schema", "plan");
  expect_failed(parse(line_fixture("taara/two-home-plans.json")), "schema", "plan");
  expect_failed(parse(R"({"data":{"subscriberActiveAndUnusedPlans":[]}})"), "schema", "plan");
}

TEST(TaaraReply, ExactBytesThatContradictTheStringAreNotUsed) {
  const auto outcome = parse(line_fixture("taara/exact-contradicts.json"));
  expect_partial(outcome, "remaining_exact");
  EXPECT_EQ(outcome.reading.remaining, Bytes{885'100'000'000});
  EXPECT_EQ(outcome.reading.resolution, Bytes{100'000'000});
  EXPECT_EQ(outcome.reading.purchased, kBought);
}

TEST(TaaraReply, ExactBytesAgreeUpToOneStepOfTheString) {
  const auto remaining = [](std::string_view exact) {
    return parse(with(good(), "885126291542", exact)).reading.remaining->count;
  };
  EXPECT_EQ(remaining("885199999999"), 885'199'999'999);  // cut
  EXPECT_EQ(remaining("885050000000"), 885'050'000'000);  // rounded
  EXPECT_EQ(remaining("885200000000"), 885'100'000'000);
  EXPECT_EQ(remaining("885000000000"), 885'100'000'000);
}

TEST(TaaraReply, AMissingHistoryLeavesThePartThatIsThere) {
  const auto outcome = parse(line_fixture("taara/no-history.json"));
  expect_partial(outcome, "remaining_exact purchase");
  EXPECT_EQ(outcome.reading.remaining, Bytes{885'100'000'000});
  EXPECT_FALSE(outcome.reading.purchased);
  EXPECT_TRUE(outcome.reading.expiry);
}

TEST(TaaraReply, TheNextMonthBoughtEarlyIsNotThisMonth) {
  const auto outcome = parse(line_fixture("taara/renewal-bought-early.json"));
  EXPECT_EQ(outcome.reading.status, ReadingStatus::success);
  EXPECT_EQ(outcome.reading.remaining, Bytes{885'126'291'542});
  EXPECT_EQ(outcome.reading.purchased, kBought);
}

TEST(TaaraReply, OfSeveralPurchasesTheNewestIsTaken) {
  auto body = line_fixture("taara/renewal-bought-early.json");
  body =
      with(with(with(body, "\"885.1 GB\"", "\"1.0 TB\""), "\"27 days\"", "\"30 days\""), "\"27 days\"", "\"30 days\"");
  EXPECT_EQ(parse(body).reading.purchased, Time{date::sys_days{date::year{2025} / 9 / 10} + 18h});
}

TEST(TaaraReply, R26_UnreadableBalancesFailWithTheirKind) {
  const auto balance = [](std::string_view text) { return parse(with(good(), "\"885.1 GB\"", text)); };
  expect_failed(balance("\"885,1 GB\""), "unit", "remaining");
  expect_failed(balance("\"885.1\""), "unit", "remaining");
  expect_failed(balance("\"885.1 Gb\""), "unit", "remaining");
  expect_failed(balance("\"-3 GB\""), "range", "remaining");
  expect_failed(balance("\"2000 TB\""), "range", "remaining");
  EXPECT_EQ(balance("\"0.885 TB\"").reading.remaining, Bytes{885'126'291'542});
  EXPECT_EQ(balance("\"885.1GB\"").reading.status, ReadingStatus::success);
  // A binary unit is read as such; here it contradicts the exact bytes.
  expect_partial(balance("\"885.1 GiB\""), "remaining_exact");
}

TEST(TaaraReply, R31_WrongKindsMissingAndRenamedFieldsNameTheirPointer) {
  for (const auto* value : {"885.1", "true", "null", "[]", "{}"}) {
    const auto outcome = parse(with(good(), "\"885.1 GB\"", value));
    expect_failed(outcome, "schema", "remaining");
    EXPECT_NE(outcome.detail.find("/data/subscriberActiveAndUnusedPlans/0/remainingBalance"), std::string::npos);
  }
  expect_failed(parse(with(good(), "\"remainingBalance\": \"885", "\"balance\": \"885")), "schema", "remaining");
  expect_failed(parse(with(good(), "subscriberActiveAndUnusedPlans", "plans")), "schema", "plan");
  expect_failed(parse(with(good(), "\"isHomePlan\": true", "\"isHomePlan\": \"true\"")), "schema", "plan");
  expect_failed(parse(with(good(), "\"isActive\": true", "\"active\": true")), "schema", "plan");
  expect_failed(parse("[]"), "schema", "plan");
  expect_failed(parse("7"), "schema", "plan");
  expect_failed(parse(R"({"data":null,"message":"x"})"), "schema", "plan");
}

TEST(TaaraReply, R31_IndependentFieldsKeepTheReadingUsable) {
  const auto changed = [](std::string_view from, std::string_view to) { return parse(with(good(), from, to)); };
  expect_partial(changed("885126291542", "\"885126291542\""), "remaining_exact");
  expect_partial(changed("totalDataUsage", "totalDataLeft"), "remaining_exact");
  expect_partial(changed("planDisplayName", "displayName"), "remaining_exact purchase");
  expect_partial(changed("purchasedHistoryPlans", "plans"), "remaining_exact purchase");
  expect_partial(changed("\"purchasedAt\"", "\"boughtAt\""), "purchase");
  expect_partial(changed("2025-08-21T09:12:33.123Z", "21 August 2025"), "purchase");
  expect_partial(changed("2025-08-21T09", "2025-07-21T09"), "purchase");  // against historyDate
  expect_partial(changed("\"500.0 MB\"", "\"500,0 MB\""), "plan");        // of a bonus plan
  expect_partial(changed("\"isHomePlan\": false", "\"isHomePlan\": 0"), "plan");
  expect_partial(changed("\"planName\": \"1 Month Unlimited\"", "\"planName\": 7"), "plan");
  EXPECT_EQ(changed("\"remainingBalance\": 0", "\"other\": 0").reading.status, ReadingStatus::success);
  EXPECT_EQ(changed("\"units\": 2500", "\"units\": \"free\"").reading.status, ReadingStatus::success);
}

TEST(TaaraReply, ExpiryIsReadInDaysOrNotAtAll) {
  const auto expires = [](std::string_view text) {
    auto body = with(good(), "\"balanceSummaryByLine\": \"27 days\"", "\"balanceSummaryByLine\": \"\"");
    return parse(with(body, "\"27 days\"", text));
  };
  EXPECT_EQ(expires("\"1 day\"").reading.expiry, kNow + 24h);
  EXPECT_EQ(expires("\"0 days\"").reading.expiry, kNow);
  EXPECT_EQ(expires("\"3 hours\"").reading.expiry, kNow + 3h);
  EXPECT_EQ(expires("\"3 hours\"").reading.expiry_resolution, 1h);
  for (const auto* text : {"\"\"", "\"soon\"", "\"2 weeks\"", "\"-1 days\"", "27", "null"}) {
    const auto outcome = expires(text);
    expect_partial(outcome, "expiry");
    EXPECT_FALSE(outcome.reading.expiry) << text;
    EXPECT_EQ(outcome.reading.remaining, Bytes{885'126'291'542});
  }
}

TEST(TaaraReply, AnExpiryThatTheSummaryContradictsIsDropped) {
  const auto outcome = parse(with(good(), "\"expiresIn\": \"27 days\"", "\"expiresIn\": \"17 days\""));
  expect_partial(outcome, "expiry");
  EXPECT_FALSE(outcome.reading.expiry);
}

TEST(TaaraReply, R29_R30_ExactNumbersBeyondReasonAreNotUsed) {
  for (const auto* number : {"1e400", "-1", "9223372036854775808", "18446744073709551616", "1e300"})
    expect_partial(parse(with(good(), "885126291542", number)), "remaining_exact");
  expect_partial(parse(with(good(), "885126291542", std::string(400, '8'))), "remaining_exact");
}

TEST(TaaraReply, MinusZeroIsZero) {
  const auto outcome = parse(with(with(good(), "885126291542", "-0"), "885.1 GB", "0.0 GB"));
  EXPECT_EQ(outcome.reading.status, ReadingStatus::success);
  EXPECT_EQ(outcome.reading.remaining, Bytes{0});
}

TEST(TaaraReply, R32_ADuplicateKeyFails) {
  expect_failed(parse(with(good(), "\"isActive\": true", "\"isActive\": true, \"isActive\": true")), "schema", "body");
}

TEST(TaaraReply, R06_R09_BodiesThatAreNoAnswer) {
  expect_failed(parse(good().substr(0, 700)), "truncated", "body");
  expect_failed(parse(line_fixture("taara/login-page.html")), "not_json", "body");
  expect_failed(parse(""), "not_json", "body");
  expect_failed(parse(good() + "x"), "not_json", "body");
}

TEST(TaaraReply, R39_APlanNameBecomesACleanLabel) {
  const auto named = [](std::string_view name) {
    auto body = good();
    for (int i = 0; i < 3; ++i) body = with(body, "\"1 Month Unlimited\"", "\"" + std::string(name) + "\"");
    return parse(body).reading;
  };
  EXPECT_EQ(named(R"(Month\n\u0000\"One\"\u202e)").plan, "Month \"One\"");
  EXPECT_EQ(named(R"(Month\n)").status, ReadingStatus::success);
  EXPECT_EQ(named(std::string(10'000, 'x')).plan, std::string(128, 'x'));
  EXPECT_EQ(named(R"(\u0000)").plan, "");
}

TEST(TaaraReply, LoginGivesATokenThatIsOpaque) {
  EXPECT_EQ(std::get<std::string>(parse_login(R"({"accessToken":"opaque-1","x":1})")), "opaque-1");
  for (const auto* body :
       {R"({"accessToken":""})", R"({"accessToken":7})", R"({"token":"x"})", R"({"accessToken":"a\r\nX-Evil: 1"})",
        R"({"accessToken":"a b"})", R"({"accessToken":"é"})", "[]", R"({"accessToken":"a","accessToken":"b"})"})
    EXPECT_EQ(std::get<JsonFault>(parse_login(body)).kind, PollError::schema) << body;
  EXPECT_EQ(std::get<JsonFault>(parse_login("<html>")).kind, PollError::not_json);
  EXPECT_EQ(std::get<JsonFault>(parse_login(R"({"accessToken":")" + std::string(9000, 'a') + "\"}")).kind,
            PollError::schema);
}

TEST(TaaraReply, R38_OnlyASoundJwtNamesASubscriber) {
  // {"sub":"subscriber-1","exp":1}, with and without padding; {"sub":42}
  EXPECT_EQ(subscriber_of("h.eyJzdWIiOiJzdWJzY3JpYmVyLTEiLCJleHAiOjF9.s"), "subscriber-1");
  EXPECT_EQ(subscriber_of("h.eyJzdWIiOjQyfQ==.s"), "42");
  // {"sub":"../../evil"}, {"sub":null}
  for (const auto* token : {"", "opaque", "a.b", "a..c", "..", "a.!!!.c", "a.e30.c", "a.eyJzdWIiOiIuLi8uLi9ldmlsIn0.c",
                            "a.eyJzdWIiOm51bGx9.c", "a.eyJzdWIiOi.c", "a./////w.c"})
    EXPECT_FALSE(subscriber_of(token)) << token;
}

TEST(TaaraReply, FindsWhereAPartnerIdStands) {
  EXPECT_EQ(partner_pointer(R"({"data":{"hotspots":[{"x":1},{"partnerId":"P"}]}})"), "/data/hotspots/1/partnerId");
  EXPECT_FALSE(partner_pointer(R"({"data":{"partner":"P"}})"));
  EXPECT_FALSE(partner_pointer("<html>"));
}

TEST(TaaraReply, ReadsThePartnerId) {
  EXPECT_EQ(partner_id_in(R"({"data":{"hotspots":[{"x":1},{"partnerId":"P-1"}]}})"), "P-1");
  for (const auto* body : {R"({"data":{"partnerId":17}})", R"({"data":{}})", "<html>", ""})
    EXPECT_FALSE(partner_id_in(body)) << body;
}

}  // namespace
}  // namespace taara
