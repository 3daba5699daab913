// SPDX-License-Identifier: Apache-2.0
// What a request does when all goes well, and how requests are started, dropped and waited for.
#include "io/http.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "fetch.h"
#include "scripted_server.h"

namespace taara::test {
namespace {

constexpr Time kNow{seconds{784'111'777}};  // Sun, 06 Nov 1994 08:49:37 GMT

void silent(Connection& connection) {
  connection.read_request();
  connection.wait_for_hangup();
}

void answer_all(Connection& connection) {
  while (!connection.read_request().empty()) connection.reply("{}");
}

seconds since(Steady start) { return std::chrono::floor<seconds>(std::chrono::steady_clock::now() - start); }

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

TEST(Http, AnAnswerComesWithWhatASourceMayUseOfIt) {
  ScriptedServer server([](Connection& connection) {
    connection.read_request();
    connection.reply("hello", "503 Busy",
                     "Content-Type: text/plain; charset=utf-8\r\nSet-Cookie: sid=1; Path=/\r\nRetry-After: 120\r\n"
                     "Age: 7\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  });
  const auto http = make_http();
  const HttpDone done = get(*http, server.url());
  const HttpReply& reply = reply_of(done);
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.body, "hello");
  EXPECT_EQ(reply.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(reply.set_cookies, std::vector<std::string>{"sid=1"});
  EXPECT_EQ(reply.retry_after, seconds{120});
  EXPECT_EQ(reply.age, seconds{7});
  EXPECT_EQ(reply.date, kNow);
  EXPECT_EQ(reply.location_host, "");
}

TEST(Http, R14_ARetryAfterDateIsTurnedIntoADelay) {
  ScriptedServer server([](Connection& connection) {
    connection.read_request();
    connection.reply("", "429 Slow Down", "Retry-After: Sun, 06 Nov 1994 08:51:37 GMT\r\n");
  });
  const auto http = make_http();
  EXPECT_EQ(reply_of(get(*http, server.url(), {}, kNow)).retry_after, seconds{120});
}

TEST(Http, ALoginIsPostedWithItsHeadersAndBothWaysAreCounted) {
  std::string seen;
  ScriptedServer server([&seen](Connection& connection) {
    seen = connection.read_request();
    connection.reply("{}");
  });
  const auto http = make_http();
  HttpRequest request{
      "POST", server.url("/login?x=1"), {{"Content-Type", "application/json"}, {"X-Empty", ""}}, "{\"a\":1}"};
  request.is_login = true;
  const HttpDone done = fetch(*http, request);
  EXPECT_EQ(reply_of(done).status, 200);
  EXPECT_TRUE(seen.starts_with("POST /login?x=1 HTTP/1.1\r\n")) << seen;
  EXPECT_NE(seen.find("\r\nContent-Type: application/json\r\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("\r\nX-Empty:\r\n"), std::string::npos) << seen;
  EXPECT_EQ(seen.find("Expect"), std::string::npos) << seen;
  EXPECT_TRUE(seen.ends_with("\r\n\r\n{\"a\":1}")) << seen;
  EXPECT_EQ(done.bytes_sent, seen.size());
  EXPECT_EQ(done.bytes_received, std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").size());
}

TEST(Http, ManyRequestsRunAtOnce) {
  ScriptedServer server(answer_all);
  const auto http = make_http();
  HttpRequest request;
  request.url = server.url();
  for (int i = 0; i < 50; ++i) http->start(request, {}, kNow);
  EXPECT_EQ(http->under_way(), 50u);
  std::size_t finished = 0;
  while (http->under_way() > 0) finished += http->step(milliseconds{1000}).size();
  EXPECT_EQ(finished, 50u);
}

TEST(Http, ConnectionsAreKeptButALoginAlwaysHasItsOwn) {
  ScriptedServer server(answer_all);
  const auto http = make_http();
  get(*http, server.url());
  get(*http, server.url());
  EXPECT_EQ(server.connections(), 1);
  HttpRequest login{"POST", server.url(), {}, "secret", true};
  fetch(*http, login);
  EXPECT_EQ(server.connections(), 2);
}

TEST(Http, R41_AConnectionWithDoubtfulFramingIsNotUsedAgain) {
  ScriptedServer server([](Connection& connection) {
    while (!connection.read_request().empty()) connection.reply("{}", "200 OK", "Content-Length: 2\r\n");
  });
  const auto http = make_http();
  EXPECT_EQ(reply_of(get(*http, server.url())).body, "{}");
  EXPECT_EQ(reply_of(get(*http, server.url())).body, "{}");
  EXPECT_EQ(server.connections(), 2);
}

TEST(Http, R03_R04_RedirectsAreReportedByHostAndNeverFollowed) {
  std::string target;
  ScriptedServer server([&target](Connection& connection) {
    connection.read_request();
    connection.reply("", "302 Found", "Location: " + target + "\r\nConnection: close\r\n");
  });
  const auto http = make_http();
  const std::pair<std::string, std::string> cases[] = {
      {"https://portal.example/login?phone=700000001", "portal.example"},
      {"http://user:pass@portal.example/", "portal.example"},
      {"http://169.254.169.254/latest", "169.254.169.254"},
      {"/login", "127.0.0.1"},
      {server.url("/again"), "127.0.0.1"},
      {"file:///etc/passwd", ""},
      {"http://bad host\x7f/", ""},
      {"gopher://old.example/x", "old.example"},
  };
  int asked = 0;
  for (const auto& [location, host] : cases) {
    target = location;
    const HttpDone done = get(*http, server.url());
    EXPECT_EQ(reply_of(done).status, 302);
    EXPECT_EQ(reply_of(done).location_host, host) << location;
    EXPECT_EQ(server.connections(), ++asked) << location;
  }
}

TEST(Http, R40_CookiesAreNeverSentBackByThemselves) {
  std::string second;
  ScriptedServer server([&second](Connection& connection) {
    connection.read_request();
    connection.reply("", "200 OK", "Set-Cookie: sid=1\r\n");
    second = connection.read_request();
    connection.reply("");
  });
  const auto http = make_http();
  get(*http, server.url());
  get(*http, server.url());
  EXPECT_TRUE(second.starts_with("GET / ")) << second;
  EXPECT_EQ(second.find("ookie"), std::string::npos) << second;
}

TEST(Http, N14_ProxyVariablesAreIgnored) {
  ScriptedServer proxy(answer_all);
  ScriptedServer server(answer_all);
  const char* names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  for (const char* name : names) ::setenv(name, proxy.url().c_str(), 1);
  const auto http = make_http();
  EXPECT_EQ(reply_of(get(*http, server.url())).status, 200);
  for (const char* name : names) ::unsetenv(name);
  EXPECT_EQ(proxy.connections(), 0);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Http, WhatWouldForgeAHeaderIsNeverSent) {
  ScriptedServer server(answer_all);
  const auto http = make_http();
  const std::string url = server.url();
  const HttpRequest bad[] = {
      {"GET", url, {{"X", "a\r\nY: b"}}, ""},
      {"GET", url, {{"X", "a\nb"}}, ""},
      {"GET", url, {{"X\r\nY", "a"}}, ""},
      {"GET", url, {{"X: Y", "a"}}, ""},
      {"GET", url, {{"", "a"}}, ""},
      {"GET", url + "a\r\nX: y", {}, ""},
      {"GET\r\nX: y", url, {}, ""},
      {"DELETE", url, {}, ""},
      {"GET", url, {}, "body"},
      {"POST", url, {}, std::string(40'000, 'x')},
      {"GET", url, {{"X", std::string("a\0b", 3)}}, ""},
  };
  for (const HttpRequest& request : bad) {
    const HttpDone done = fetch(*http, request);
    EXPECT_EQ(failure_of(done).kind, PollError::internal);
    EXPECT_FALSE(failure_of(done).reached);
    EXPECT_EQ(failure_of(done).what.find("Y: b"), std::string::npos);
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(Http, OtherProtocolsAndCredentialsInAUrlAreRefused) {
  const auto http = make_http();
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/",
                          "http://user:canary@127.0.0.1:1/", "", "http://", "http://127.0.0.1:99999/"}) {
    const HttpDone done = get(*http, url);
    EXPECT_EQ(failure_of(done).kind, PollError::internal) << url;
    EXPECT_FALSE(failure_of(done).reached) << url;
    EXPECT_EQ(failure_of(done).what.find("canary"), std::string::npos);
  }
}

TEST(Http, ACancelledRequestIsNotReported) {
  ScriptedServer server(silent);
  const auto http = make_http();
  HttpRequest request;
  request.url = server.url();
  const std::uint64_t id = http->start(request, {}, kNow);
  EXPECT_TRUE(http->step(milliseconds{0}).empty());
  http->cancel(id);
  EXPECT_EQ(http->under_way(), 0u);
  request.method = "BAD";
  http->cancel(http->start(request, {}, kNow));
  http->cancel(4711);
  EXPECT_TRUE(http->step(milliseconds{1}).empty());
}

TEST(Http, WakeEndsAStepFromAnotherThreadAndAlsoBeforeIt) {
  const auto http = make_http();
  const Steady start = std::chrono::steady_clock::now();
  http->wake();
  EXPECT_TRUE(http->step(milliseconds{60'000}).empty());
  std::thread other([&http] { http->wake(); });
  EXPECT_TRUE(http->step(milliseconds{60'000}).empty());
  other.join();
  EXPECT_LT(since(start), seconds{10});
}

TEST(Http, P01_GoingAwayDoesNotWaitForRequests) {
  ScriptedServer server(silent);
  const Steady start = std::chrono::steady_clock::now();
  {
    const auto http = make_http();
    HttpRequest request;
    request.url = server.url();
    http->start(request, {}, kNow);
    request.url = server.url("/", "https");
    http->start(request, {}, kNow);
    while (server.connections() < 2) (void)http->step(milliseconds{10});
  }
  EXPECT_LT(since(start), seconds{5});
}

TEST(Http, N15_AThousandFailuresLeaveNothingOpen) {
  const auto http = make_http();
  const std::string url = [] { return ScriptedServer(answer_all).url(); }();  // nobody listens there any more
  ASSERT_EQ(failure_of(get(*http, url)).kind, PollError::connect);
  const auto before = open_descriptors();
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(failure_of(get(*http, url)).kind, PollError::connect);
  EXPECT_LE(open_descriptors(), before + 2);
}

}  // namespace
}  // namespace taara::test
