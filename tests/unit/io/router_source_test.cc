// SPDX-License-Identifier: Apache-2.0
#include "io/router_source.h"

#include "conversation.h"

namespace taara {
namespace {

using namespace std::chrono_literals;
constexpr Time kNow = date::sys_days{date::year{2025} / 8 / 24} + 10h;

HttpReply good() { return answer(200, line_fixture("router/good-default-mapping.json")); }
HttpReply page() { return answer(200, line_fixture("router/login-page.html"), "text/html"); }
HttpReply session(std::vector<std::string> cookies = {"sid=CANARY-1"}) {
  auto reply = answer(200, "<html>Welcome</html>", "text/html");
  reply.set_cookies = std::move(cookies);
  return reply;
}

class RouterSourceTest : public testing::Test {
 protected:
  RouterSourceTest() {
    Household household;
    household.name = "cottage";
    household.source = SourceKind::router;
    household.url = "http://192.168.88.1";
    household.account.username = "family & friends";
    source_ = std::make_unique<RouterSource>(std::make_shared<const Household>(household), secret("p=a+s s%é"));
  }
  Conversation poll(std::deque<HttpResult> script, bool may_log_in = true, Time now = kNow) {
    return converse(*source_, now, std::move(script), may_log_in);
  }
  void open_session() { ASSERT_EQ(poll({session(), good()}).asked, "LR"); }

  std::unique_ptr<RouterSource> source_;
};

TEST_F(RouterSourceTest, LogsInByFormReadsAndKeepsTheCookies) {
  const auto first = poll({session({"sid=CANARY-1", "lang=en"}), good()});
  EXPECT_EQ(first.outcome.reading.status, ReadingStatus::success);
  EXPECT_EQ(first.outcome.reading.used, Bytes{std::int64_t{153'428} << 20});
  ASSERT_EQ(first.requests.size(), 2U);
  const auto& login = first.requests[0];
  EXPECT_EQ(login.method, "POST");
  EXPECT_EQ(login.url, "http://192.168.88.1/login");
  EXPECT_EQ(header(login, "Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(login.body, "username=family%20%26%20friends&password=p%3Da%2Bs%20s%25%C3%A9");
  EXPECT_EQ(first.requests[1].url, "http://192.168.88.1/usage");
  EXPECT_EQ(header(first.requests[1], "Cookie"), "sid=CANARY-1; lang=en");
  EXPECT_EQ(poll({good()}).asked, "R");
}

TEST_F(RouterSourceTest, ASessionOfAnHourIsRenewedFirst) {
  open_session();
  EXPECT_EQ(poll({good()}, true, kNow + 3599s).asked, "R");
  EXPECT_EQ(poll({session(), good()}, true, kNow + 3600s).asked, "LR");
  EXPECT_EQ(poll({good()}, true, kNow + 7199s).asked, "R");
  EXPECT_EQ(poll({good()}, true, kNow - 24h).asked, "R");             // the clock went back
  EXPECT_EQ(poll({good()}, false, kNow + 3600s + 3600s).asked, "R");  // without leave the router decides
}

TEST_F(RouterSourceTest, R01_R03_R15_ALoginPageARedirectAndA401AllCostOneLogin) {
  open_session();
  for (const auto& ended : {page(), answer(302), answer(401), answer(200)}) {
    const auto saved = poll({ended, session(), good()});
    EXPECT_EQ(saved.asked, "RLR");
    EXPECT_EQ(saved.outcome.reading.status, ReadingStatus::success);
  }
}

TEST_F(RouterSourceTest, R16_AfterTheSecondTimeThePollEnds) {
  open_session();
  EXPECT_EQ(error_of(poll({page(), session(), page()})), "not_json");
  EXPECT_EQ(error_of(poll({answer(302), session(), answer(302)})), "redirect");
  EXPECT_EQ(error_of(poll({answer(401), session(), answer(401)})), "auth");
  EXPECT_EQ(error_of(poll({session(), page()})), "not_json");
}

TEST_F(RouterSourceTest, R17_ALoginPageAgainOrNoCookieMeansRejected) {
  auto with_cookie = page();
  with_cookie.set_cookies = {"sid=before-login"};
  for (const auto& reply : {answer(401), answer(403), page(), with_cookie, answer(200, "<html>ok</html>")}) {
    const auto lost = poll({reply});
    EXPECT_EQ(lost.asked, "L");
    EXPECT_EQ(error_of(lost), "auth");
    EXPECT_TRUE(lost.outcome.login_rejected);
  }
  EXPECT_EQ(error_of(poll({}, false)), "auth");
}

TEST_F(RouterSourceTest, R05_R13_R36_OtherRefusalsAreNoReasonToLogIn) {
  open_session();
  EXPECT_EQ(error_of(poll({answer(403)})), "http_4xx");
  EXPECT_EQ(error_of(poll({answer(404)})), "http_4xx");
  EXPECT_EQ(error_of(poll({answer(503)})), "http_5xx");
  auto busy = answer(429);
  busy.retry_after = 99s;
  EXPECT_EQ(poll({busy}).outcome.retry_after, 99s);
  EXPECT_EQ(error_of(poll({answer(200, "{\"total_used_mb\"")})), "truncated");
  EXPECT_EQ(error_of(poll({answer(200, "{}")})), "schema");
  EXPECT_EQ(poll({good()}).asked, "R");
}

TEST_F(RouterSourceTest, RefusedLoginsThatAreNotAboutTheCredentials) {
  for (const auto& [status, kind] :
       {std::pair{302, "redirect"}, {404, "http_4xx"}, {429, "rate_limited"}, {500, "http_5xx"}}) {
    const auto lost = poll({answer(status)});
    EXPECT_EQ(error_of(lost), kind);
    EXPECT_FALSE(lost.outcome.login_rejected);
  }
}

TEST_F(RouterSourceTest, R19_OneSessionOnly) {
  const auto lost = poll({answer(200, "<html>Another user is already logged in</html>", "text/html")});
  EXPECT_EQ(error_of(lost), "locked");
  EXPECT_FALSE(lost.outcome.login_rejected);
}

TEST_F(RouterSourceTest, R40_CookiesAreFewSmallAndCannotLeaveTheirHeader) {
  std::vector<std::string> flood{"a=1\r\nX-Evil: 1", "b=2; Path=/", "c", "=d", "e=" + std::string(5000, 'x'), "f=a b"};
  for (int i = 0; i < 12; ++i) flood.push_back("good" + std::to_string(i) + "=1");
  const auto first = poll({session(flood), good()});
  EXPECT_EQ(header(first.requests[1], "Cookie"),
            "good0=1; good1=1; good2=1; good3=1; good4=1; good5=1; good6=1; good7=1; good8=1; good9=1");
  std::ignore = source_->log_out();
  EXPECT_TRUE(poll({session({"a=1\r\n"})}).outcome.login_rejected);
}

TEST_F(RouterSourceTest, R35_ACachesAgeDatesTheReadingBack) {
  auto reply = good();
  reply.age = 60s;
  EXPECT_EQ(poll({session(), reply}).outcome.reading.time, kNow - 60s);
}

TEST_F(RouterSourceTest, NetworkFailuresKeepTheirKindAndTheSession) {
  open_session();
  EXPECT_EQ(error_of(poll({HttpFailure{PollError::reset, "cut", true, 1ms}})), "reset");
  EXPECT_EQ(poll({good()}).asked, "R");
}

TEST_F(RouterSourceTest, LoggingOutForgetsTheSession) {
  open_session();
  EXPECT_FALSE(source_->log_out());
  EXPECT_EQ(poll({session(), good()}).asked, "LR");
}

TEST_F(RouterSourceTest, S06_NothingSecretOrPersonalIsShown) {
  open_session();
  const auto body = R"({"total_used_mb":"CANARY","remaining_mb":"0700000001","owner":{"x":700000001}})";
  for (const auto& reply : {page(), answer(200, body), answer(418, "CANARY"), answer(200, "CANARY")}) {
    const auto lost = poll({reply}, false);
    for (const auto* canary : {"CANARY", "700000001", "family", "p=a"})
      EXPECT_EQ(everything_shown(lost.outcome).find(canary), std::string::npos) << everything_shown(lost.outcome);
  }
}

}  // namespace
}  // namespace taara
