// SPDX-License-Identifier: Apache-2.0
#include "app/probe.h"

#include <deque>
#include <sstream>

#include "app/probe_text.h"
#include "unit/io/conversation.h"

namespace taara {
namespace {

using namespace std::chrono_literals;

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Time wall() const override { return date::sys_days{date::year{2025} / 8 / 24} + 10h; }
  [[nodiscard]] Steady steady() const override { return {}; }
};

struct Run {
  bool usable = false;
  std::optional<Mapping> proposal;
  std::string text;
  std::vector<std::string> asked;
};

Run run(const Household& household, std::deque<HttpResult> script) {
  Run probed;
  std::ostringstream out;
  const Carrier carry = [&](const HttpRequest& request) -> HttpResult {
    probed.asked.push_back(shape_of(request));
    if (script.empty()) return HttpFailure{PollError::internal, "more than the script", false, 0ms};
    auto result = script.front();
    script.pop_front();
    return result;
  };
  const auto came =
      probe(std::make_shared<const Household>(household), secret("CANARY-PASS"), carry, FixedClock(), out);
  probed.usable = came.usable;
  probed.proposal = came.proposal;
  EXPECT_EQ(came.usable, !came.error);
  EXPECT_TRUE(script.empty());
  probed.text = out.str();
  for (const auto* canary : {"CANARY", "700000001", "subscriber-1", "203.0.113"})
    EXPECT_EQ(probed.text.find(canary), std::string::npos) << canary << " in " << probed.text;
  return probed;
}

Household taara_household() {
  Household household;
  household.name = "home";
  household.url = "https://line.example";
  household.account.phone = "700000001";
  household.account.partner_id = "CANARY-PARTNER";
  household.account.hotspot_id = "CANARY-HOTSPOT";
  return household;
}
Household router_household() {
  Household household;
  household.name = "cottage";
  household.source = SourceKind::router;
  household.url = "http://192.168.88.1";
  household.account.username = "CANARY-NAME";
  return household;
}
HttpReply token() { return answer(201, R"({"accessToken":"h.eyJzdWIiOiJzdWJzY3JpYmVyLTEiLCJleHAiOjF9.s"})"); }
HttpReply session() {
  auto reply = answer(200, "welcome CANARY");
  reply.set_cookies = {"sid=CANARY"};
  return reply;
}

bool says(const Run& probed, std::string_view text) { return probed.text.find(text) != std::string::npos; }

TEST(Probe, TellsEveryStepOfATaaraLine) {
  const auto probed =
      run(taara_household(), {token(), answer(200, line_fixture("taara/good.json")), answer(200, "{}")});
  EXPECT_TRUE(probed.usable);
  EXPECT_EQ(probed.asked, (std::vector<std::string>{"POST /v1/users/subscriber/login",
                                                    "GET /v1/customers/get-customer-bundle?hotspotId=…",
                                                    "GET /v1/users/subscriber/logout/…"}));
  for (const auto* text : {"201 after 201 ms, application/json, ", "Reading: success", "885.12 GB (885126291542 bytes)",
                           "bought: 2025-08-21 09:12:33 UTC", "plan: 1 Month Unlimited",
                           "beside it: 500 MB Free Trial, 500.00 MB (500000000 bytes)"})
    EXPECT_TRUE(says(probed, text)) << text << "\n" << probed.text;
}

TEST(Probe, TellsWhatIsWrongAndExitsOtherwise) {
  auto probed = run(taara_household(), {answer(401, R"({"message":"CANARY"})")});
  EXPECT_FALSE(probed.usable);
  EXPECT_TRUE(says(probed, "Reading: failed, auth: log in: the line rejected the credentials"));
  probed = run(taara_household(), {HttpFailure{PollError::dns, "the host has no address", false, 12ms}});
  EXPECT_FALSE(probed.usable);
  EXPECT_TRUE(says(probed, "no answer after 12 ms: the host has no address"));
  probed = run(taara_household(), {token(), answer(200, line_fixture("taara/exact-contradicts.json")), answer(200)});
  EXPECT_TRUE(probed.usable);
  EXPECT_TRUE(says(probed, "remaining_exact: /data/purchasedHistory/0/"));
}

TEST(Probe, LooksForAPartnerIdThatIsNotConfigured) {
  auto household = taara_household();
  household.account.partner_id.clear();
  const auto found = run(household, {answer(200, R"({"data":{"partnerId":"CANARY"}})"), answer(401)});
  EXPECT_EQ(found.asked[0], "GET /v1/hotspot/GetHotspotConfig?hotspotId=…");
  EXPECT_TRUE(says(found, "It stands at /data/partnerId"));
  const auto missing = run(household, {answer(404, "<html>"), answer(401)});
  EXPECT_TRUE(says(missing, "It does not."));
}

TEST(Probe, ShowsARoutersFieldsAndProposesAMapping) {
  const auto probed = run(router_household(), {session(), answer(200, line_fixture("router/nested-strings.json"))});
  EXPECT_FALSE(probed.usable);
  for (const auto* text :
       {"/plan/used = 114.9 GB", "Proposed mapping, used + remaining = allocated holds:",
        "    used: {pointer: \"/plan/used\", unit: auto}\n", "    expires: {pointer: \"/plan/expires\"}\n",
        "Reading: failed, schema: /total_used_mb: missing", "With the proposed mapping it would be:\nReading: success"})
    EXPECT_TRUE(says(probed, text)) << text << "\n" << probed.text;
}

TEST(Probe, ARouterThatFitsItsMappingIsAnEasyCase) {
  const auto probed =
      run(router_household(), {session(), answer(200, line_fixture("router/good-default-mapping.json"))});
  EXPECT_TRUE(probed.usable);
  EXPECT_TRUE(says(probed, "used: 160.88 GB (160880918528 bytes)")) << probed.text;
  EXPECT_FALSE(says(probed, "With the proposed mapping"));
}

TEST(Probe, AmountsInWords) {
  EXPECT_EQ(in_words(Bytes{0}), "0 bytes");
  EXPECT_EQ(in_words(Bytes{1}), "1 bytes");
  EXPECT_EQ(in_words(Bytes{1'050}), "1.05 kB (1050 bytes)");
  EXPECT_EQ(in_words(kMaxPlausible), "1000.00 TB (1000000000000000 bytes)");
}

TEST(Probe, TheShapeOfARequestHoldsNoValue) {
  HttpRequest request;
  request.url = "https://line.example";
  EXPECT_EQ(shape_of(request), "GET /");
  request.url = "https://line.example/a/b?x=CANARY&y=CANARY&z";
  EXPECT_EQ(shape_of(request), "GET /a/b?x=…&y=…&z=…");
}

}  // namespace
}  // namespace taara
