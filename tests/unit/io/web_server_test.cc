// SPDX-License-Identifier: Apache-2.0
#include "io/web_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "unit/io/raw_client.h"

namespace taara {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RealSteadyClock : public Clock {
 public:
  [[nodiscard]] Time wall() const override { return Time(seconds(1'700'000'000)); }
  [[nodiscard]] Steady steady() const override { return std::chrono::steady_clock::now(); }
};

class WebServerTest : public testing::Test {
 protected:
  WebServerTest() {
    limits_.threads = 4;
    limits_.request_timeout = milliseconds(200);
  }

  void start(std::vector<Route> routes = {}, const std::vector<ListenAddress>& listen = {{"127.0.0.1", 0}}) {
    routes.push_back(
        {"/hello", Route::Method::get, [](const WebRequest&, WebResponse& response) { response.write("hello\n"); }});
    routes.push_back(
        {"/do", Route::Method::post, [](const WebRequest&, WebResponse& response) { response.write("done\n"); }});
    WebEvents events;
    events.answered = [this](std::string_view route, int status) {
      const std::lock_guard lock(mutex_);
      ++answered_[std::string(route) + " " + std::to_string(status)];
    };
    events.failed = [this](std::string_view route, std::string_view what) {
      const std::lock_guard lock(mutex_);
      failed_.push_back(std::string(route) + ": " + std::string(what));
    };
    auto started = WebServer::start(listen, std::move(routes), std::move(events), clock_, limits_);
    ASSERT_TRUE(started.has_value()) << started.error().what;
    server_ = std::move(started.value());
  }

  [[nodiscard]] const ListenAddress& at() const { return server_->addresses().at(0); }
  [[nodiscard]] std::string hello() const { return get(at(), "/hello"); }

  [[nodiscard]] milliseconds time_of_hello() const {
    const Steady before = clock_.steady();
    EXPECT_THAT(hello(), EndsWith("hello\n"));
    return std::chrono::duration_cast<milliseconds>(clock_.steady() - before);
  }

  RealSteadyClock clock_;
  WebLimits limits_;
  std::mutex mutex_;
  std::map<std::string, int> answered_;
  std::vector<std::string> failed_;
  std::unique_ptr<WebServer> server_;
};

TEST_F(WebServerTest, ServesAndCounts) {
  start();
  EXPECT_THAT(hello(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(get(at(), "/nothing"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  server_.reset();
  EXPECT_EQ(answered_, (std::map<std::string, int>{{"/hello 200", 1}, {"other 404", 1}}));
}

TEST_F(WebServerTest, ListensOnSeveralAddressesAndReportsThePorts) {
  start({}, {{"127.0.0.1", 0}, {"127.0.0.2", 0}});
  ASSERT_EQ(server_->addresses().size(), 2U);
  for (const ListenAddress& address : server_->addresses()) {
    EXPECT_NE(address.port, 0U);
    EXPECT_THAT(get(address, "/hello"), EndsWith("hello\n")) << address.host;
  }
}

// civetweb would turn "256.0.0.0" into "all addresses": what is bound must be what was asked for.
TEST_F(WebServerTest, F05_ListensNowhereElse) {
  start();
  EXPECT_TRUE(RawClient({"127.0.0.1", at().port}).connected());
  EXPECT_FALSE(RawClient({"127.0.0.2", at().port}).connected());
}

TEST_F(WebServerTest, F05_AnIpv6AddressWorksOrIsRefusedInPlainWords) {
  const auto started = WebServer::start({{"::1", 0}}, {}, {}, clock_, limits_);
  if (!started.has_value()) {
    EXPECT_THAT(started.error().what, HasSubstr("[::1]:0: the web server of this machine knows IPv4 only"));
  }
}

TEST_F(WebServerTest, F06_ABusyPortIsAnErrorThatSaysWhatToDo) {
  start();
  const auto second = WebServer::start({{"127.0.0.1", 0}, at()}, {}, {}, clock_, limits_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_THAT(second.error().what, HasSubstr("127.0.0.1:" + std::to_string(at().port)));
  EXPECT_THAT(hello(), EndsWith("hello\n"));
}

TEST_F(WebServerTest, F06_AnAddressOfAnotherMachineIsAnError) {
  const auto started = WebServer::start({{"192.0.2.1", 0}}, {}, {}, clock_, limits_);
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, Errc::io);
  EXPECT_THAT(started.error().what, HasSubstr("no such address"));
}

TEST_F(WebServerTest, H04_MethodsAreWhatTheRouteSays) {
  start();
  const auto answer_to = [&](const std::string& method, const std::string& path) {
    return ask(at(), method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  };
  const std::string head = answer_to("HEAD", "/hello");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_EQ(body_of(head), "");
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    EXPECT_THAT(answer_to(method, "/hello"), AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("\r\nAllow: GET, HEAD\r\n")))
        << method;
  }
  for (const char* method : {"GET", "HEAD", "PUT"}) {
    EXPECT_THAT(answer_to(method, "/do"), AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("\r\nAllow: POST\r\n")))
        << method;
  }
  EXPECT_THAT(answer_to("TRACE", "/hello"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer_to("MADEUP", "/hello"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer_to("POST", "/do"), EndsWith("done\n"));
}

TEST_F(WebServerTest, H05_RoutesAreExact) {
  start();
  for (const char* path : {"/hello/", "/hello/x", "//hello", "/%68ello", "/HELLO", "/hell", "/hello%00", "/./hello",
                           "/x/../hello", "/hello;x"}) {
    EXPECT_THAT(get(at(), path), StartsWith("HTTP/1.1 404 ")) << path;
  }
  EXPECT_THAT(get(at(), "/hello?x=1&y"), EndsWith("hello\n")) << "parameters change nothing";
}

TEST_F(WebServerTest, AFolderTakesWhatHasNoRouteOfItsOwn) {
  const auto says = [](const char* what) {
    return [what](const WebRequest&, WebResponse& response) { response.write(what); };
  };
  start({{"/a", Route::Method::get, says("folder"), true}, {"/a/own", Route::Method::get, says("own")}});
  EXPECT_THAT(get(at(), "/a"), EndsWith("\r\nfolder"));
  EXPECT_THAT(get(at(), "/a/"), EndsWith("\r\nfolder"));
  EXPECT_THAT(get(at(), "/a/b/c?d"), EndsWith("\r\nfolder"));
  EXPECT_THAT(get(at(), "/a/own"), EndsWith("\r\nown"));
  EXPECT_THAT(get(at(), "/a/own/"), EndsWith("\r\nfolder"));
  EXPECT_THAT(get(at(), "/ab"), StartsWith("HTTP/1.1 404 "));
  server_.reset();
  EXPECT_EQ(answered_, (std::map<std::string, int>{{"/a 200", 4}, {"/a/own 200", 1}, {"other 404", 1}}));
}

TEST_F(WebServerTest, TheQueryArrivesAsItWasSent) {
  start({{"/echo", Route::Method::get,
          [](const WebRequest& request, WebResponse& response) { response.write(request.query()); }}});
  EXPECT_EQ(body_of(get(at(), "/echo")), "");
  EXPECT_EQ(body_of(get(at(), "/echo?")), "");
  EXPECT_EQ(body_of(get(at(), "/echo?a=%20+%zz&b?c=%00")), "a=%20+%zz&b?c=%00");
}

TEST_F(WebServerTest, NoFileIsEverServed) {
  start();
  for (const char* path :
       {"/etc/passwd", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/.htpasswd", "/index.html"}) {
    EXPECT_THAT(get(at(), path), StartsWith("HTTP/1.1 404 ")) << path;
  }
}

TEST_F(WebServerTest, EveryAnswerHasTheSecurityHeaders) {
  start();
  for (const std::string& answer : {hello(), get(at(), "/nothing"), ask(at(), "nonsense\r\n\r\n"),
                                    ask(at(), "POST /hello HTTP/1.1\r\nHost: x\r\n\r\n")}) {
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 "));
    EXPECT_THAT(answer, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nX-Frame-Options: DENY\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Security-Policy: default-src 'none'"));
    EXPECT_THAT(answer, HasSubstr("\r\nCache-Control: no-store\r\n"));
  }
}

// The wait is at most one request timeout for each round of half-open requests that fill all threads.
TEST_F(WebServerTest, H01_HalfOpenRequestsDelayAScrapeByABoundedTime) {
  start();
  for (const int half_open : {limits_.threads - 1, limits_.threads, 4 * limits_.threads}) {
    std::vector<RawClient> clients;
    for (int i = 0; i < half_open; ++i) clients.emplace_back(at()).say("GET /hello HTTP/1.1\r\nHo");
    const auto bound = (half_open / limits_.threads) * limits_.request_timeout + milliseconds(600);
    EXPECT_LT(time_of_hello(), bound) << half_open;
  }
}

// The server measures its clients in real time, so these drip in real time, too.
TEST_F(WebServerTest, H01_DrippingARequestGainsNoTime) {
  limits_.threads = 1;
  start();
  const RawClient dripping(at());
  dripping.say("G");
  std::jthread drip([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      dripping.say("E");
      std::this_thread::sleep_for(milliseconds(20));
    }
  });
  EXPECT_LT(time_of_hello(), milliseconds(1500));
}

TEST_F(WebServerTest, H01_DrippingABodyGainsNoTime) {
  limits_.threads = 1;
  start();
  for (const char* head : {"GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n",
                           "POST /do HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n",
                           "POST /do HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    const RawClient dripping(at());
    dripping.say(head);
    std::jthread drip([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        dripping.say("0");
        std::this_thread::sleep_for(milliseconds(20));
      }
    });
    EXPECT_LT(time_of_hello(), milliseconds(1500)) << head;
  }
}

TEST_F(WebServerTest, H03_OversizedRequestsAreRefused) {
  start();
  EXPECT_THAT(get(at(), "/hello", "X-Long: " + std::string(17'000, 'x') + "\r\n"), StartsWith("HTTP/1.1 4"));
  EXPECT_THAT(get(at(), "/" + std::string(7000, 'x')), StartsWith("HTTP/1.1 414 "));
  EXPECT_THAT(get(at(), std::string(3000, '/')), StartsWith("HTTP/1.1 414 "));
  EXPECT_THAT(get(at(), std::string(1000, '/')), StartsWith("HTTP/1.1 404 "));
  std::string headers;
  for (int i = 0; i < 200; ++i) headers += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_THAT(get(at(), "/hello", headers), EndsWith("hello\n")) << "those over 64 are not looked at";
  EXPECT_THAT(hello(), EndsWith("hello\n"));
}

TEST_F(WebServerTest, BodiesAreLimited) {
  start();
  const auto post = [&](const std::string& headers, const std::string& body) {
    return ask(at(), "POST /do HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body);
  };
  EXPECT_THAT(post("Content-Length: 4096\r\n", std::string(4096, 'x')), EndsWith("done\n"));
  EXPECT_THAT(post("Content-Length: 4097\r\n", ""), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(post("Content-Length: 99999999999999999999\r\n", ""), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(post("Content-Length: 10\r\n", "short"), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 411 "));
}

TEST_F(WebServerTest, H10_StrangeRequestsEndInAnAnswerOrACloseAndNeverHang) {
  start();
  const std::pair<const char*, const char*> cases[] = {
      {"GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 411 "},
      {"GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000000000000000\r\n\r\n", "HTTP/1.1 200 "},
      {"GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 "},
      {"GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", "HTTP/1.1 "},
      {"GET /hello HTTP/9.9\r\nHost: x\r\n\r\n", "HTTP/1.1 505 "},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "HTTP/1.1 400 "},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 "},
      {"GET\r\n\r\n", "HTTP/1.1 400 "},
      {"\r\n\r\n\r\n", ""},
      {"GET /hello\r\n\r\n", "HTTP/1.1 400 "},
      {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", ""},
  };
  for (const auto& [request, begin] : cases) {
    const std::string answer = ask(at(), request);
    EXPECT_THAT(answer, StartsWith(begin)) << request;
    EXPECT_THAT(answer, Not(HasSubstr("(hangs)"))) << request;
  }
  EXPECT_THAT(hello(), EndsWith("hello\n"));
}

TEST_F(WebServerTest, H13_UpgradesRangesAndProxiesGetPlainAnswers) {
  start();
  EXPECT_THAT(get(at(), "/hello",
                  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
              EndsWith("hello\n"));
  EXPECT_THAT(get(at(), "/hello", "Range: bytes=0-1\r\n"), EndsWith("hello\n"));
  EXPECT_THAT(ask(at(), "POST /do HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
              EndsWith("done\n"));
  EXPECT_THAT(get(at(), "http://elsewhere.example/hello"), Not(HasSubstr("(hangs)")));
  EXPECT_THAT(hello(), EndsWith("hello\n"));
}

TEST_F(WebServerTest, P09_AThrowingHandlerCostsA500AndNothingElse) {
  start({{"/throws", Route::Method::get, [](const WebRequest&, WebResponse&) { throw std::runtime_error("boo"); }},
         {"/odd", Route::Method::get, [](const WebRequest&, WebResponse&) { throw 42; }},
         {"/late", Route::Method::get, [](const WebRequest&, WebResponse& response) {
            response.write(std::string(100'000, 'x'));
            throw std::runtime_error("too late");
          }}});
  EXPECT_THAT(get(at(), "/throws"), AllOf(StartsWith("HTTP/1.1 500 "), Not(HasSubstr("boo"))));
  EXPECT_THAT(get(at(), "/odd"), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(get(at(), "/late"), AllOf(StartsWith("HTTP/1.1 200 "), Not(EndsWith("0\r\n\r\n"))))
      << "a cut answer must not look whole";
  EXPECT_THAT(hello(), EndsWith("hello\n"));
  server_.reset();
  EXPECT_EQ(answered_["/throws 500"], 1);
  EXPECT_EQ(answered_["/odd 500"], 1);
  EXPECT_EQ(answered_["/late 500"], 1);
  EXPECT_THAT(failed_, testing::Contains("/throws: boo"));
}

TEST_F(WebServerTest, ASlowAnswerHoldsUpNoOther) {
  std::latch slow_began(1);
  std::latch slow_may_end(1);
  start({{"/slow", Route::Method::get, [&](const WebRequest&, WebResponse& response) {
            slow_began.count_down();
            slow_may_end.wait();
            response.write("slow\n");
          }}});
  std::string slow;
  std::jthread client([&] { slow = get(at(), "/slow"); });
  slow_began.wait();
  EXPECT_THAT(hello(), EndsWith("hello\n"));
  slow_may_end.count_down();
  client.join();
  EXPECT_THAT(slow, EndsWith("slow\n"));
}

TEST_F(WebServerTest, H09_AClientThatDoesNotReadFreesItsThread) {
  limits_.threads = 1;
  limits_.exchange_timeout = milliseconds(100);
  start({{"/long", Route::Method::get, [](const WebRequest&, WebResponse& response) {
            while (response.write(std::string(60'000, 'x'))) continue;
          }}});
  const RawClient client(at(), 4096);
  client.say("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_LT(time_of_hello(), milliseconds(3000));
}

TEST_F(WebServerTest, P01_StopsWithinASecondWhateverClientsDo) {
  limits_.request_timeout = milliseconds(30'000);
  limits_.exchange_timeout = milliseconds(60'000);
  start({{"/long", Route::Method::get, [](const WebRequest&, WebResponse& response) {
            while (response.write(std::string(60'000, 'x'))) continue;
          }}});
  const RawClient silent(at());
  const RawClient half(at());
  half.say("GET /hello HTTP/1.1\r\nHo");
  const RawClient stuck(at(), 4096);
  stuck.say("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(hello(), EndsWith("hello\n"));
  const Steady before = clock_.steady();
  server_.reset();
  EXPECT_LT(clock_.steady() - before, milliseconds(1000));
}

TEST_F(WebServerTest, AnIdleServerStopsAtOnceAndFreesItsPort) {
  start();
  const ListenAddress address = at();
  const Steady before = clock_.steady();
  server_.reset();
  EXPECT_LT(clock_.steady() - before, milliseconds(500));
  start({}, {address});
  EXPECT_THAT(hello(), EndsWith("hello\n"));
}

}  // namespace
}  // namespace taara
