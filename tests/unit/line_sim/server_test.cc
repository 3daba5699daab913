// SPDX-License-Identifier: Apache-2.0
// The simulated line over real sockets: both protocols, and faults that only exist on the wire.
#include <boost/json.hpp>

#include "running_line.h"

namespace taara::line_sim {
namespace {

namespace json = boost::json;

std::string login_body(std::string_view phone, std::string_view passcode = "1234") {
  return R"({"phoneNumber":{"countryCode":"254","nationalNumber":")" + std::string(phone) + R"("},"passcode":")" +
         std::string(passcode) + R"(","partnerId":"partner-1"})";
}

class SimServer : public testing::Test {
 protected:
  Got login(std::string_view phone = "700000001", std::string_view passcode = "1234") {
    Got got = client.ask(line.url() + "/v1/users/subscriber/login", {login_body(phone, passcode), "", "", 5000});
    const std::size_t start = got.body.find(R"({"accessToken":")");
    if (start == 0) token = got.body.substr(16, got.body.size() - 18);
    return got;
  }
  Got bundle(long timeout_ms = 5000) {
    return client.ask(line.url() + "/v1/customers/get-customer-bundle?hotspotId=hotspot-1",
                      {"", "Authorization: Bearer " + token, "", timeout_ms});
  }
  void router_login() {
    ASSERT_EQ(client.ask(line.url() + "/r/1/login", {"username=family&password=secret", "", "", 5000}).status, 200);
  }
  Got usage(long timeout_ms = 5000) { return client.ask(line.url() + "/r/1/usage", {"", "", "", timeout_ms}); }
  void post(const std::string& what) {
    const Got got = client.ask(line.url() + "/control/" + what, {"-", "", "", 5000});
    ASSERT_EQ(got.status, 200) << got.body;
  }
  json::value state(int household = 1) {
    return json::parse(client.ask(line.url() + "/control/state?household=" + std::to_string(household)).body);
  }

  Running line;
  Client client;
  std::string token;
};

TEST_F(SimServer, CloudLogsInReadsAndLogsOut) {
  EXPECT_EQ(login().status, 201);
  EXPECT_EQ(std::count(token.begin(), token.end(), '.'), 2);
  const Got read = bundle();
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(json::parse(read.body).at("message"), "List Customers Bundles");
  const Got out =
      client.ask(line.url() + "/v1/users/subscriber/logout/sub-1", {"", "Authorization: Bearer " + token, "", 5000});
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(bundle().status, 401);
  const json::value seen = state();
  EXPECT_EQ(seen.at("logins"), 1);
  EXPECT_EQ(seen.at("reads"), 1);
  EXPECT_EQ(seen.at("logouts"), 1);
  EXPECT_EQ(seen.at("requests"), 4);
  EXPECT_EQ(seen.at("connections"), 1);
  EXPECT_EQ(seen.at("arrivals").as_array().size(), 4U);
  EXPECT_EQ(state(2).at("requests"), 0);
}

TEST_F(SimServer, CloudRefusesWrongPasscodesAndStrangers) {
  const Got wrong = login("700000001", "9999");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, R"({"message":"Incorrect username or password"})");
  EXPECT_EQ(login("700000003").status, 401);
  EXPECT_EQ(state().at("login_failures"), 1);
  EXPECT_EQ(bundle().status, 401);
}

TEST_F(SimServer, CloudTokenEndsWithItsLife) {
  (void)login();
  post("clock?advance=86399");
  EXPECT_EQ(bundle().status, 200);
  post("clock?advance=1");
  EXPECT_EQ(bundle().status, 401);
}

TEST_F(SimServer, RouterKeepsASessionForAnHour) {
  EXPECT_NE(usage().body.find("<!DOCTYPE html>"), std::string::npos);
  router_login();
  EXPECT_EQ(client.ask(line.url() + "/r/1/status").status, 200);
  const Got read = usage();
  EXPECT_EQ(json::parse(read.body).at("total_allocated_mb"), 1'048'576);
  post("clock?advance=3600");
  const Got late = usage();
  EXPECT_EQ(late.status, 200);
  EXPECT_NE(late.body.find("<!DOCTYPE html>"), std::string::npos);
}

TEST_F(SimServer, RouterRefusesAWrongPassword) {
  EXPECT_EQ(client.ask(line.url() + "/r/1/login", {"username=family&password=wrong", "", "", 5000}).status, 401);
  EXPECT_EQ(state().at("login_failures"), 1);
}

TEST_F(SimServer, UsageFollowsTheClockAndTheHand) {
  const std::int64_t before = state().at("plan").at("used").as_int64();
  post("clock?advance=3600");
  const std::int64_t later = state().at("plan").at("used").as_int64();
  EXPECT_GT(later, before);
  post("usage?household=1&bytes=5000000000");
  EXPECT_EQ(state().at("plan").at("used").as_int64(), later + 5'000'000'000);
  post("topup?household=1&bytes=100000000000");
  EXPECT_EQ(state().at("plan").at("allocation").as_int64(), 1'100'000'000'000);
  post("set?household=1&remaining=7");
  EXPECT_EQ(state().at("plan").at("remaining").as_int64(), 7);
  post("renew?household=1");
  EXPECT_EQ(state().at("plan").at("used").as_int64(), 0);
  EXPECT_EQ(state().at("plan").at("purchased_at"), state().at("now"));
}

TEST_F(SimServer, ControlSaysWhatItCantDo) {
  EXPECT_EQ(client.ask(line.url() + "/control/fault?name=nosuch", {"-", "", "", 5000}).status, 400);
  EXPECT_EQ(client.ask(line.url() + "/control/fault?name=silent&household=3", {"-", "", "", 5000}).status, 400);
  EXPECT_EQ(client.ask(line.url() + "/control/fault?name=silent").status, 405);
  EXPECT_EQ(client.ask(line.url() + "/control/nosuch", {"-", "", "", 5000}).status, 404);
  EXPECT_EQ(client.ask(line.url() + "/control/clock?advance=1e9", {"-", "", "", 5000}).status, 400);
  EXPECT_EQ(client.ask(line.url() + "/control/state?household=9").status, 404);
}

TEST_F(SimServer, HistoryComesAsRows) {
  const Got got = client.ask(line.url() + "/control/history?household=2&from=2026-01-01&to=2026-01-03&step=1d");
  EXPECT_TRUE(got.body.starts_with("series,timestamp,bytes\nhome-2,1767225600,")) << got.body;
  EXPECT_EQ(std::count(got.body.begin(), got.body.end(), '\n'), 3);
}

TEST_F(SimServer, R01_HtmlInPlaceOfData) {
  router_login();
  post("fault?household=1&name=html_login&count=1");
  EXPECT_NE(usage().headers.find("text/html"), std::string::npos);
  EXPECT_EQ(json::parse(usage().body).at("firmware"), "7.14.2");
}

TEST_F(SimServer, R07_BodiesAreCutShort) {
  router_login();
  post("fault?name=content_length_short&count=1");
  EXPECT_EQ(usage().code, CURLE_PARTIAL_FILE);
  post("fault?name=chunk_cut&count=1");
  EXPECT_EQ(usage().code, CURLE_PARTIAL_FILE);
}

TEST_F(SimServer, R10_FloodsReallyCome) {
  router_login();
  post("fault?name=gzip_bomb&count=1");
  const Got bomb = usage();
  EXPECT_EQ(bomb.code, CURLE_OK);
  EXPECT_NEAR(static_cast<double>(bomb.body.size()), 1e6, 1e5);
  post("fault?name=header_flood&count=1");
  EXPECT_NE(usage().code, CURLE_OK);
  EXPECT_EQ(usage().status, 200);
}

TEST_F(SimServer, R15_R20_SessionsEndOnPurpose) {
  (void)login();
  post("fault?name=data_401_once");
  EXPECT_EQ(bundle().status, 401);
  EXPECT_EQ(bundle().status, 200);
  post("fault?name=other_session");
  EXPECT_EQ(bundle().status, 401);
  (void)login();
  EXPECT_EQ(bundle().status, 200);
  EXPECT_EQ(bundle().status, 401);
  post("clear");
  (void)login();
  post("expire_tokens?household=1");
  EXPECT_EQ(bundle().status, 401);
}

TEST_F(SimServer, R37_SlowBodiesTrickle) {
  router_login();
  post("fault?name=slow_body&count=1");
  const Got got = usage(100);
  EXPECT_EQ(got.code, CURLE_OPERATION_TIMEDOUT);
  EXPECT_EQ(got.body.size(), 1U);
  post("fault?name=slow_headers&count=1");
  EXPECT_EQ(usage(100).status, 0);
  EXPECT_EQ(usage().status, 200);
}

TEST_F(SimServer, R38_OddTokensWork) {
  for (const char* const odd : {"not_jwt", "bad_base64", "no_exp", "past_exp", "far_exp"}) {
    post(std::string("fault?name=bad_token&count=1&value=") + odd);
    (void)login();
    EXPECT_EQ(bundle().status, 200) << odd;
  }
}

TEST_F(SimServer, N07_ConnectionsAreReset) {
  router_login();
  post("fault?name=rst_after_request&count=1");
  // A kept connection that dies without a byte is tried again by curl itself, so a fresh one is needed to see it.
  EXPECT_EQ(Client().ask(line.url() + "/r/1/usage").code, CURLE_RECV_ERROR);
  post("fault?name=rst_after_headers&count=1");
  EXPECT_EQ(usage().code, CURLE_RECV_ERROR);
  post("fault?name=rst_in_body&count=1");
  const Got half = usage();
  EXPECT_EQ(half.code, CURLE_RECV_ERROR);
  EXPECT_GT(half.body.size(), 10U);
  EXPECT_EQ(usage().status, 200);
}

TEST_F(SimServer, N08_SilenceCostsTheClientItsTimeAndNobodyElse) {
  router_login();
  post("fault?household=1&name=silent");
  EXPECT_EQ(usage(100).code, CURLE_OPERATION_TIMEDOUT);
  EXPECT_EQ(client.ask(line.url() + "/healthz").body, "ok\n");
  post("clear?household=1");
  EXPECT_EQ(usage().status, 200);
}

}  // namespace
}  // namespace taara::line_sim
