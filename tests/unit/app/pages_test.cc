// SPDX-License-Identifier: Apache-2.0
#include "app/pages.h"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/content_negotiation.h"
#include "core/page.h"
#include "unit/core/snapshot_fixture.h"
#include "unit/io/raw_client.h"

namespace taara {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PageClock : public Clock {
 public:
  [[nodiscard]] Time wall() const override { return fixture_now(); }
  [[nodiscard]] Steady steady() const override { return std::chrono::steady_clock::now(); }
};

class PagesTest : public testing::Test {
 protected:
  PagesTest() {
    WebEvents events;
    events.answered = [this](std::string_view route, int status) { own_.count_request(route, status); };
    events.failed = [](std::string_view route, std::string_view what) { ADD_FAILURE() << route << ": " << what; };
    auto started = WebServer::start(
        {{"127.0.0.1", 0}}, make_routes({latest_, clock_, own_, [this] { return reload_(); }}), events, clock_, {});
    EXPECT_TRUE(started.has_value());
    server_ = std::move(started.value());
  }

  static std::shared_ptr<const Snapshot> share(Snapshot snapshot) {
    return std::make_shared<const Snapshot>(std::move(snapshot));
  }
  [[nodiscard]] const ListenAddress& at() const { return server_->addresses().at(0); }

  PageClock clock_;
  Log log_{clock_, -1, LogLevel::info, LogFormat::logfmt};
  OwnMetrics own_{fixture_now() - seconds(60), log_};
  Latest<Snapshot> latest_{share(snapshot_of({known_household("home")}))};
  std::function<Result<void>()> reload_ = [] { return Result<void>(); };
  std::unique_ptr<WebServer> server_;
};

TEST_F(PagesTest, MetricsAreTextByDefault) {
  const std::string answer = get(at(), "/metrics");
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("\ntaara_up{household=\"home\"} 1\n"));
  EXPECT_THAT(answer, HasSubstr("\nprocess_start_time_seconds 1773167340\n"));
  EXPECT_THAT(answer, HasSubstr("\nprocess_resident_memory_bytes "));
  EXPECT_THAT(answer, HasSubstr("\ntaara_build_info{version=\""));
  EXPECT_THAT(answer, Not(HasSubstr("# EOF")));
}

TEST_F(PagesTest, MetricsAreOpenMetricsWhenAskedFor) {
  const std::string answer = get(at(), "/metrics", "Accept: application/openmetrics-text;version=1.0.0\r\n");
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("\n# TYPE taara_http_requests counter\n"));
  EXPECT_THAT(answer, EndsWith("\n# EOF\n"));
}

TEST_F(PagesTest, RequestsAreCountedByRouteAndCode) {
  (void)get(at(), "/metrics");
  (void)get(at(), "/no/such/page");
  (void)get(at(), "/no/such/other/page");
  (void)get(at(), "/-/reload");
  const std::string answer = get(at(), "/metrics");
  EXPECT_THAT(answer, HasSubstr("\ntaara_http_requests_total{code=\"200\",handler=\"/metrics\"} 1\n"));
  EXPECT_THAT(answer, HasSubstr("\ntaara_http_requests_total{code=\"404\",handler=\"other\"} 2\n"));
  EXPECT_THAT(answer, HasSubstr("\ntaara_http_requests_total{code=\"405\",handler=\"/-/reload\"} 1\n"));
}

TEST_F(PagesTest, RefusedPasswordsAreCountedFromZero) {
  EXPECT_THAT(get(at(), "/metrics"), HasSubstr("\ntaara_http_auth_failures_total 0\n"));
  own_.count_auth_failure();
  EXPECT_THAT(get(at(), "/metrics"), HasSubstr("\ntaara_http_auth_failures_total 1\n"));
}

TEST_F(PagesTest, H15_ReadyOnceTheStoreWasRead) {
  EXPECT_THAT(get(at(), "/-/ready"), StartsWith("HTTP/1.1 200 "));
  latest_.put(share({}));
  EXPECT_THAT(get(at(), "/-/ready"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(get(at(), "/-/healthy"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(get(at(), "/metrics"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(PagesTest, H15_TheApiWaitsUntilTheStoreWasRead) {
  latest_.put(share({}));
  EXPECT_THAT(get(at(), "/api/v1/usage/current"),
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: 1\r\n"), HasSubstr(R"("code":"starting")")));
}

// What was known before habits, outlook and store were there is answered; the rest is null.
TEST_F(PagesTest, TheApiAnswersWithWhatThereIs) {
  latest_.put(share(snapshot_of({known_household("home"), unknown_household("hut")})));
  EXPECT_THAT(get(at(), "/api/v1/usage/current?household=home"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr(R"("left_bytes":-1500000000)"),
                    HasSubstr(R"("reading":{"time":"2026-03-10T21:25:00+03:00","age_seconds":300,)")));
  EXPECT_THAT(get(at(), "/api/v1/usage/current?household=hut"), HasSubstr(R"("used_bytes":null)"));
  EXPECT_THAT(get(at(), "/api/v1/usage/trends?household=home"),
              AllOf(HasSubstr(R"({"date":"2026-03-09","used_bytes":20000000001,"budget_bytes":33000000001}],)"),
                    HasSubstr(R"({"date":"2026-03-06","used_bytes":null,"budget_bytes":null})"),
                    HasSubstr(R"("totals":{"days":7,"known_days":6,)")));
  EXPECT_THAT(get(at(), "/api/v1/forecast?household=home"), HasSubstr(R"("forecast_bytes":{"p10":)"));
  EXPECT_THAT(get(at(), "/api/v1/afford?household=hut&bytes=1"), HasSubstr(R"("answer":null,"reason":"unknown")"));
  EXPECT_THAT(get(at(), "/api/v1/history?household=home"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(get(at(), "/api/v1/system/health"),
              AllOf(HasSubstr(R"("status":"attention")"), HasSubstr(R"("status":"credentials_rejected")")));
}

TEST_F(PagesTest, ReloadSaysHowItWent) {
  const std::string post = "POST /-/reload HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_THAT(ask(at(), post), StartsWith("HTTP/1.1 200 "));
  reload_ = [] { return Error{Errc::invalid, "taara.yml:3: unknown key"}; };
  EXPECT_THAT(ask(at(), post), AllOf(StartsWith("HTTP/1.1 500 "), HasSubstr("taara.yml:3: unknown key")));
  EXPECT_THAT(get(at(), "/-/reload"), AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: POST")));
}

TEST_F(PagesTest, TheFirstPageIsTheOnlyHouseholds) {
  const std::string answer = get(at(), "/");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nRefresh: 60\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; "
                                "frame-ancestors 'none'; " +
                                std::string(page_policy()) + "\r\n"));
  for (const char* header : {"X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer",
                             "Cache-Control: no-store", "X-Frame-Options: DENY"})
    EXPECT_THAT(answer, HasSubstr("\r\n" + std::string(header) + "\r\n"));
  EXPECT_THAT(answer, HasSubstr("version " + std::string(version())));
  for (const char* link : {"/metrics", "/-/healthy", "/-/ready", "/api/v1/forecast?household=home"}) {
    EXPECT_THAT(answer, HasSubstr("<a href=\"" + std::string(link) + "\">"));
  }
  const std::string own = get(at(), "/household/home");
  EXPECT_THAT(own, HasSubstr("<h1>home</h1>"));
}

TEST_F(PagesTest, APageThatIsKeptStillDoesNotRenewItself) {
  const std::string answer = get(at(), "/?refresh=off");
  EXPECT_THAT(answer, AllOf(HasSubstr("This page stays as it is."), Not(HasSubstr("Refresh:"))));
}

TEST_F(PagesTest, SeveralHouseholdsAreListedAndOthersAre404) {
  latest_.put(share(snapshot_of({known_household("home"), unknown_household("hut")})));
  const std::string list = get(at(), "/");
  EXPECT_THAT(list, AllOf(HasSubstr("href=\"/household/home\""), HasSubstr("href=\"/household/hut\"")));
  EXPECT_THAT(get(at(), "/household/hut"), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("<h1>hut</h1>")));
  for (const char* path : {"/household", "/household/", "/household/cottage", "/household/home/", "/household/%3Cb%3E"})
    EXPECT_THAT(get(at(), path), AllOf(StartsWith("HTTP/1.1 404 "), HasSubstr("There is no household"))) << path;
  EXPECT_THAT(get(at(), "/households"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(get(at(), "/metrics"), HasSubstr("\ntaara_http_requests_total{code=\"404\",handler=\"/household\"} 5\n"));
}

TEST_F(PagesTest, H15_ThePageSaysThatItIsStarting) {
  latest_.put(share({}));
  for (const char* path : {"/", "/household/home"})
    EXPECT_THAT(get(at(), path), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("\r\nRetry-After: 1\r\n"),
                                       HasSubstr("\r\nRefresh: 1\r\n"), HasSubstr("is starting")));
}

std::size_t append(char* data, std::size_t /*one*/, std::size_t size, void* text) {
  static_cast<std::string*>(text)->append(data, size);
  return size;
}

std::string curl(const ListenAddress& address, const char* encoding, long http_version) {
  const std::unique_ptr<CURL, void (*)(CURL*)> easy(curl_easy_init(), &curl_easy_cleanup);
  const std::string url = "http://" + address.host + ":" + std::to_string(address.port) + "/metrics";
  std::string text;
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_ACCEPT_ENCODING, encoding);
  curl_easy_setopt(easy.get(), CURLOPT_HTTP_VERSION, http_version);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &text);
  curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  EXPECT_EQ(curl_easy_perform(easy.get()), CURLE_OK);
  return text;
}

TEST_F(PagesTest, ALongPageIsWholeHoweverItTravels) {
  std::vector<HouseholdView> views;
  views.reserve(100);
  for (int i = 0; i < 100; ++i) views.push_back(known_household("h" + std::to_string(i)));
  latest_.put(share(snapshot_of(std::move(views))));
  const auto lines_of_households = [](const std::string& page) {
    return page.substr(0, page.find("# HELP taara_build_info"));  // what follows changes from scrape to scrape
  };
  const std::string plain = lines_of_households(curl(at(), nullptr, CURL_HTTP_VERSION_1_1));
  EXPECT_GT(plain.size(), 500'000U);
  EXPECT_EQ(lines_of_households(curl(at(), "gzip", CURL_HTTP_VERSION_1_1)), plain);
  EXPECT_EQ(lines_of_households(curl(at(), nullptr, CURL_HTTP_VERSION_1_0)), plain);
  EXPECT_EQ(lines_of_households(curl(at(), "gzip", CURL_HTTP_VERSION_1_0)), plain);
}

}  // namespace
}  // namespace taara
