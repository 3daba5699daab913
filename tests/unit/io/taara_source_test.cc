// SPDX-License-Identifier: Apache-2.0
#include "io/taara_source.h"

#include <boost/json/parse.hpp>

#include "conversation.h"

namespace taara {
namespace {

using namespace std::chrono_literals;
constexpr Time kNow = date::sys_days{date::year{2025} / 8 / 24} + 10h;
// {"sub":"subscriber-1","exp":1}: long over, which nobody but the line may decide.
constexpr std::string_view kToken = "h.eyJzdWIiOiJzdWJzY3JpYmVyLTEiLCJleHAiOjF9.s";

HttpReply good() { return answer(200, line_fixture("taara/good.json")); }
HttpReply page() { return answer(200, line_fixture("taara/login-page.html"), "text/html"); }
HttpReply token(std::string_view value = kToken) {
  return answer(201, R"({"accessToken":")" + std::string(value) + "\"}");
}

class TaaraSourceTest : public testing::Test {
 protected:
  TaaraSourceTest() {
    Household household;
    household.name = "home";
    household.url = "https://line.example";
    household.account.phone = "700000001";
    household.account.partner_id = "partner\"1";
    household.account.hotspot_id = "hot spot&1";
    household_ = std::make_shared<const Household>(household);
    source_ = std::make_unique<TaaraSource>(household_, secret("pass\"\\\n\x7fw"));
  }
  Conversation poll(std::deque<HttpResult> script, bool may_log_in = true) {
    return converse(*source_, kNow, std::move(script), may_log_in);
  }
  void open_session() { ASSERT_EQ(poll({token(), good()}).asked, "LR"); }

  std::shared_ptr<const Household> household_;
  std::unique_ptr<TaaraSource> source_;
};

TEST_F(TaaraSourceTest, LogsInReadsAndKeepsTheToken) {
  const auto first = poll({token(), good()});
  EXPECT_EQ(first.outcome.reading.status, ReadingStatus::success);
  EXPECT_EQ(first.outcome.reading.response_time, 200ms);
  ASSERT_EQ(first.requests.size(), 2U);
  const auto& login = first.requests[0];
  EXPECT_EQ(login.method, "POST");
  EXPECT_EQ(login.url, "https://line.example/v1/users/subscriber/login");
  EXPECT_EQ(header(login, "Content-Type"), "application/json");
  const auto body = boost::json::parse(login.body);
  EXPECT_EQ(body.at("phoneNumber").at("countryCode").as_string(), "254");
  EXPECT_EQ(body.at("phoneNumber").at("nationalNumber").as_string(), "700000001");
  EXPECT_EQ(body.at("passcode").as_string(), "pass\"\\\n\x7fw");
  EXPECT_EQ(body.at("partnerId").as_string(), "partner\"1");
  const auto& read = first.requests[1];
  EXPECT_EQ(read.method, "GET");
  EXPECT_EQ(read.url, "https://line.example/v1/customers/get-customer-bundle?hotspotId=hot%20spot%261");
  EXPECT_EQ(header(read, "Authorization"), "Bearer " + std::string(kToken));
  EXPECT_EQ(read.body, "");

  EXPECT_EQ(poll({good()}).asked, "R");
}

TEST_F(TaaraSourceTest, R01_R02_APageInsteadOfDataIsAnsweredByOneLoginAndOneRead) {
  open_session();
  const auto saved = poll({page(), token("second"), good()});
  EXPECT_EQ(saved.outcome.reading.status, ReadingStatus::success);
  EXPECT_EQ(header(saved.requests[2], "Authorization"), "Bearer second");

  auto disguised = page();
  disguised.content_type = "application/json";
  const auto lost = poll({disguised, token(), disguised});
  EXPECT_EQ(lost.asked, "RLR");
  EXPECT_EQ(error_of(lost), "not_json");
  EXPECT_EQ(violated(lost.outcome), "body");
  EXPECT_NE(lost.outcome.detail.find("SHA-256"), std::string::npos);
}

TEST_F(TaaraSourceTest, R01_AfterAFreshLoginAPageIsNotAnsweredByAnother) {
  const auto lost = poll({token(), page()});
  EXPECT_EQ(lost.asked, "LR");
  EXPECT_EQ(error_of(lost), "not_json");
}

TEST_F(TaaraSourceTest, R03_R04_RedirectsAreNotFollowed) {
  open_session();
  auto redirect = answer(302);
  redirect.location_host = "portal.example";
  const auto lost = poll({redirect});
  EXPECT_EQ(error_of(lost), "redirect");
  EXPECT_NE(lost.outcome.detail.find("portal.example"), std::string::npos);
  redirect.location_host = "evil\nhost";
  EXPECT_EQ(poll({redirect}).outcome.detail.find("evil"), std::string::npos);
}

TEST_F(TaaraSourceTest, R03_ARedirectedLoginEndsThePoll) {
  const auto lost = poll({answer(307)});
  EXPECT_EQ(error_of(lost), "redirect");
  EXPECT_FALSE(lost.outcome.login_rejected);
}

TEST_F(TaaraSourceTest, R05_R33_ARefusalIsNoReasonToLogIn) {
  open_session();
  for (const int status : {400, 403, 404, 410}) {
    const auto lost = poll({answer(status, "<html>Access denied CANARY</html>", "text/html")});
    EXPECT_EQ(error_of(lost), "http_4xx");
    EXPECT_EQ(everything_shown(lost.outcome).find("CANARY"), std::string::npos);
    EXPECT_NE(lost.outcome.raw.find("text/html"), std::string::npos);
  }
  EXPECT_EQ(poll({good()}).asked, "R");
}

TEST_F(TaaraSourceTest, R06_ATruncatedAnswerIsNoReasonToLogIn) {
  open_session();
  auto reply = good();
  reply.body.resize(500);
  EXPECT_EQ(error_of(poll({reply})), "truncated");
  EXPECT_EQ(poll({good()}).asked, "R");
}

TEST_F(TaaraSourceTest, R08_EmptyAnswersAreNotJson) {
  open_session();
  EXPECT_EQ(error_of(poll({answer(204), token(), answer(200)})), "not_json");
}

TEST_F(TaaraSourceTest, R13_TooManyRequestsMeansWaitAndNoLogin) {
  auto busy = answer(429, "{}");
  busy.retry_after = 120s;
  const auto at_login = poll({busy});
  EXPECT_EQ(error_of(at_login), "rate_limited");
  EXPECT_EQ(at_login.outcome.retry_after, 120s);
  EXPECT_FALSE(at_login.outcome.login_rejected);
  open_session();
  const auto at_read = poll({busy});
  EXPECT_EQ(at_read.asked, "R");
  EXPECT_EQ(error_of(at_read), "rate_limited");
  EXPECT_EQ(at_read.outcome.retry_after, 120s);
  EXPECT_EQ(poll({good()}).asked, "R");
}

TEST_F(TaaraSourceTest, R15_AnExpiredTokenCostsOneLoginAndNoReading) {
  open_session();
  const auto saved = poll({answer(401), token("second"), good()});
  EXPECT_EQ(saved.asked, "RLR");
  EXPECT_EQ(saved.outcome.reading.status, ReadingStatus::success);
}

TEST_F(TaaraSourceTest, R16_R20_ANewTokenThatIsRefusedEndsThePoll) {
  open_session();
  const auto lost = poll({answer(401), token("second"), answer(401)});
  EXPECT_EQ(lost.asked, "RLR");
  EXPECT_EQ(error_of(lost), "auth");
  EXPECT_FALSE(lost.outcome.login_rejected);
  EXPECT_EQ(poll({token(), answer(401)}).asked, "LR");
}

TEST_F(TaaraSourceTest, R17_RejectedCredentialsAreTriedOnce) {
  for (const int status : {401, 403}) {
    const auto lost = poll({answer(status, R"({"message":"Incorrect username or password"})")});
    EXPECT_EQ(lost.asked, "L");
    EXPECT_EQ(error_of(lost), "auth");
    EXPECT_TRUE(lost.outcome.login_rejected);
  }
  open_session();
  const auto later = poll({answer(401), answer(401)});
  EXPECT_EQ(later.asked, "RL");
  EXPECT_TRUE(later.outcome.login_rejected);
}

TEST_F(TaaraSourceTest, R17_WithoutLeaveNoLoginIsTried) {
  const auto none = poll({}, false);
  EXPECT_EQ(none.asked, "");
  EXPECT_EQ(error_of(none), "auth");
  EXPECT_FALSE(none.outcome.login_rejected);
  open_session();
  EXPECT_EQ(poll({page()}, false).asked, "R");
  EXPECT_EQ(poll({good()}, false).asked, "R");  // a page may have been a proxy's: the token is kept
  EXPECT_EQ(poll({answer(401)}, false).asked, "R");
  EXPECT_EQ(poll({}, false).asked, "");
}

TEST_F(TaaraSourceTest, R19_AnAccountInUseElsewhereIsLockedAndNotRejected) {
  for (const auto& reply : {answer(409), answer(423), answer(403, R"({"message":"User is Already Logged In"})"),
                            answer(200, R"({"message":"Maximum sessions reached"})")}) {
    const auto lost = poll({reply});
    EXPECT_EQ(error_of(lost), "locked") << reply.status;
    EXPECT_FALSE(lost.outcome.login_rejected);
  }
}

TEST_F(TaaraSourceTest, R35_ACachesAgeDatesTheReadingBackByADayAtMost) {
  auto reply = good();
  reply.age = 300s;
  EXPECT_EQ(poll({token(), reply}).outcome.reading.time, kNow - 300s);
  reply.age = 10 * 24h;
  EXPECT_EQ(poll({reply}).outcome.reading.time, kNow - 24h);
  reply.age = -5s;
  EXPECT_EQ(poll({reply}).outcome.reading.time, kNow);
}

TEST_F(TaaraSourceTest, R36_ServerErrorsKeepTheSession) {
  open_session();
  for (const int status : {500, 502, 503}) {
    auto reply = answer(status);
    reply.retry_after = 60s;
    const auto lost = poll({reply});
    EXPECT_EQ(error_of(lost), "http_5xx");
    EXPECT_EQ(lost.outcome.retry_after, 60s);
  }
  EXPECT_EQ(poll({good()}).asked, "R");
  EXPECT_EQ(error_of(poll({answer(999)})), "http_5xx");
}

TEST_F(TaaraSourceTest, R38_C10_ATokensOwnExpiryIsNeverBelieved) {
  open_session();
  for (const auto now : {Time{}, kNow + 365 * 24h}) EXPECT_EQ(converse(*source_, now, {good()}).asked, "R");
}

TEST_F(TaaraSourceTest, R38_ATokenThatCannotStandInAHeaderIsRefused) {
  for (const auto* body :
       {R"({"accessToken":"a\r\nX-Evil: 1"})", R"({"accessToken":""})", R"({"accessToken":null})", "{}"}) {
    const auto lost = poll({answer(200, body)});
    EXPECT_EQ(error_of(lost), "schema");
    EXPECT_EQ(violated(lost.outcome), "token");
  }
  EXPECT_EQ(violated(poll({page()}).outcome), "body");
}

TEST_F(TaaraSourceTest, NetworkFailuresKeepTheirKindAndTheSession) {
  open_session();
  for (const auto kind : {PollError::dns, PollError::tls, PollError::timeout, PollError::too_large}) {
    const auto lost = poll({HttpFailure{kind, "what happened", true, 17ms}});
    EXPECT_EQ(lost.outcome.reading.error, kind);
    EXPECT_EQ(lost.outcome.detail, "what happened");
    EXPECT_EQ(lost.outcome.reading.response_time, 17ms);
  }
  EXPECT_EQ(poll({good()}).asked, "R");
}

TEST_F(TaaraSourceTest, S05_ThePasscodeIsReadAtEachLoginAndNeverBefore) {
  int reads = 0;
  TaaraSource source(household_, [&]() -> Result<Secret> {
    ++reads;
    if (reads == 1) return Error{Errc::permission, "/etc/taara/home.passcode can be read by others; chmod 600 it"};
    return Secret("rotated" + std::to_string(reads));
  });
  const auto lost = converse(source, kNow, {});
  EXPECT_EQ(error_of(lost), "auth");
  EXPECT_FALSE(lost.outcome.login_rejected);
  EXPECT_NE(lost.outcome.detail.find("chmod 600"), std::string::npos);
  EXPECT_NE(converse(source, kNow, {token(), good()}).requests[0].body.find("rotated2"), std::string::npos);
  EXPECT_EQ(converse(source, kNow, {good()}).asked, "R");
  EXPECT_EQ(reads, 2);
}

TEST_F(TaaraSourceTest, LogsOutOnceAndOnlyWhereTheIdIsSafe) {
  EXPECT_FALSE(source_->log_out());
  open_session();
  const auto request = source_->log_out();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->url, "https://line.example/v1/users/subscriber/logout/subscriber-1");
  EXPECT_EQ(header(*request, "Authorization"), "Bearer " + std::string(kToken));
  EXPECT_FALSE(source_->log_out());
  ASSERT_EQ(poll({token("opaque"), good()}).asked, "LR");
  EXPECT_FALSE(source_->log_out());
  EXPECT_EQ(poll({token(), good()}).asked, "LR");
}

TEST_F(TaaraSourceTest, ANewPollForgetsAnOpenOne) {
  std::ignore = source_->begin(kNow, true);
  EXPECT_EQ(poll({token(), good()}).asked, "LR");
  const auto stray = source_->resume(good(), kNow);
  EXPECT_EQ(std::get<PollOutcome>(stray).reading.error, PollError::internal);
}

TEST_F(TaaraSourceTest, S06_NothingSecretOrPersonalIsShown) {
  source_ = std::make_unique<TaaraSource>(household_, secret("CANARY-PASSCODE"));
  std::vector<PollOutcome> outcomes;
  outcomes.push_back(poll({answer(401, R"({"message":"no CANARY 700000001"})")}).outcome);
  outcomes.push_back(poll({answer(200, R"({"accessToken":["CANARY"]})")}).outcome);
  outcomes.push_back(poll({answer(200, R"({"700000001":1,"700000001":1})")}).outcome);
  outcomes.push_back(poll({answer(500, "CANARY", "text/CANARY x")}).outcome);
  outcomes.push_back(poll({token("CANARY-TOKEN"), good()}).outcome);
  outcomes.push_back(poll({answer(404, R"({"message":"subscriber 700000001 CANARY@example.org"})")}).outcome);
  outcomes.push_back(poll({answer(401), answer(200, "CANARY")}).outcome);
  for (const auto& outcome : outcomes)
    for (const auto* canary : {"CANARY", "700000001", "partner\"1", "hot spot"})
      EXPECT_EQ(everything_shown(outcome).find(canary), std::string::npos) << canary << everything_shown(outcome);

  // Strange words at the place of an amount or a time are no secret for the store, but none for the log.
  const auto body = line_fixture("taara/good.json");
  for (const auto* from :
       {"\"27 days\"", "\"885.1 GB\"", "\"500.0 MB\"", "\"2025-08-21T09:12:33.123Z\"", "885126291542"}) {
    auto lost = converse(*source_, kNow, {token(), answer(200, with(body, from, "\"CANARY\""))}).outcome;
    lost.raw.clear();
    EXPECT_EQ(everything_shown(lost).find("CANARY"), std::string::npos) << everything_shown(lost);
    std::ignore = source_->log_out();
  }
}

}  // namespace
}  // namespace taara
