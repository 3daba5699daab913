// SPDX-License-Identifier: Apache-2.0
// The simulated line over real sockets: both protocols, and faults that only exist on the wire.
#include <curl/curl.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "line_sim/control.h"
#include "line_sim/http_server.h"
#include "line_sim/time_text.h"

namespace taara::line_sim {
namespace {

namespace json = boost::json;

// A line on a free port, served by a thread of its own.
class Running {
 public:
  explicit Running(const LineSettings& settings = two_households(), const ServerSettings& server = {})
      : clock_(parse_time("2026-01-10T12:00:00Z").value(), 0),
        line_(settings, clock_),
        stop_(::eventfd(0, EFD_CLOEXEC)) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    const auto answer = [this](const Request& request) {
      return request.path.starts_with("/control/") ? line_.plain(request, control(line_, request))
                                                   : line_.answer(request);
    };
    auto made = HttpServer::create(server, answer, [this] { return line_.tls_silent(); });
    EXPECT_TRUE(made) << made.error().what;
    server_ = std::move(made.value());
    url_ = (server.tls_cert.empty() ? "http://127.0.0.1:" : "https://127.0.0.1:") + std::to_string(server_->port());
    thread_ = std::thread([this] { server_->run(stop_.get()); });
  }
  ~Running() {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(stop_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
    thread_.join();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  static LineSettings two_households() {
    LineSettings settings;
    settings.households = 2;
    return settings;
  }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  SimClock clock_;
  Line line_;
  Descriptor stop_;
  std::unique_ptr<HttpServer> server_;
  std::string url_;
  std::thread thread_;
};

struct Got {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::string body;
  std::string headers;
};

struct Asked {
  std::string post;  // "-" posts an empty body
  std::string header;
  std::string ca;
  long timeout_ms = 5000;
};

class Client {
 public:
  Client() : curl_(curl_easy_init()) {}
  ~Client() { curl_easy_cleanup(curl_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Got ask(const std::string& url, const Asked& asked = {}) {
    Got got;
    const auto append = +[](char* data, std::size_t size, std::size_t count, void* target) -> std::size_t {
      static_cast<std::string*>(target)->append(data, size * count);
      return size * count;
    };
    curl_easy_reset(curl_);
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_PROXY, "");
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, asked.timeout_ms);
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &got.body);
    curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &got.headers);
    const std::string post = asked.post == "-" ? "" : asked.post;
    if (!asked.post.empty()) curl_easy_setopt(curl_, CURLOPT_COPYPOSTFIELDS, post.c_str());
    if (!asked.ca.empty()) curl_easy_setopt(curl_, CURLOPT_CAINFO, asked.ca.c_str());
    curl_slist* headers = nullptr;
    for (const std::string& header : {asked.header, cookie_}) {
      if (!header.empty()) headers = curl_slist_append(headers, header.c_str());
    }
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
    got.code = curl_easy_perform(curl_);
    curl_slist_free_all(headers);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &got.status);
    // Not curl's own cookie engine: that of 7.88 loses memory when its handle is reset.
    if (const std::size_t at = got.headers.find("Set-Cookie: session="); at != std::string::npos) {
      cookie_ = got.headers.substr(at + 4, got.headers.find(';', at) - at - 4);
    }
    return got;
  }

 private:
  CURL* curl_;
  std::string cookie_;
};

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

struct Certificate {
  std::string cert = testing::TempDir() + "line_sim_cert.pem";
  std::string key = testing::TempDir() + "line_sim_key.pem";

  Certificate() {
    EVP_PKEY* const pair = EVP_EC_gen("P-256");
    X509* const made = X509_new();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -60);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, pair);
    X509_NAME* const name = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1,
                               0);
    X509_set_issuer_name(made, name);
    X509_sign(made, pair, EVP_sha256());
    std::FILE* file = std::fopen(cert.c_str(), "w");
    PEM_write_X509(file, made);
    (void)std::fclose(file);
    file = std::fopen(key.c_str(), "w");
    PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr);
    (void)std::fclose(file);
    X509_free(made);
    EVP_PKEY_free(pair);
  }
  ~Certificate() {
    std::filesystem::remove(cert);
    std::filesystem::remove(key);
  }
};

TEST(SimServerTls, HttpsAndHttpShareThePort) {
  const Certificate certificate;
  ServerSettings settings;
  settings.tls_cert = certificate.cert;
  settings.tls_key = certificate.key;
  const Running line(Running::two_households(), settings);
  Client client;
  EXPECT_EQ(client.ask(line.url() + "/healthz", {"", "", certificate.cert, 5000}).body, "ok\n");
  const std::string plain = "http" + line.url().substr(5);
  EXPECT_EQ(client.ask(plain + "/healthz").body, "ok\n");
  const Got stranger = Client().ask(line.url() + "/healthz");
  EXPECT_EQ(stranger.code, CURLE_PEER_FAILED_VERIFICATION);
  // N08: accepts, never speaks TLS.
  EXPECT_EQ(client.ask(plain + "/control/fault?name=tls_silent", {"-", "", "", 5000}).status, 200);
  EXPECT_EQ(Client().ask(line.url() + "/healthz", {"", "", certificate.cert, 150}).code, CURLE_OPERATION_TIMEDOUT);
}

TEST(SimServerTls, N10_OldTlsOnlyIsRefusedByTheClient) {
  const Certificate certificate;
  ServerSettings settings;
  settings.tls_cert = certificate.cert;
  settings.tls_key = certificate.key;
  settings.tls_max = "1.1";
  const Running line(Running::two_households(), settings);
  EXPECT_EQ(Client().ask(line.url() + "/healthz", {"", "", certificate.cert, 5000}).code, CURLE_SSL_CONNECT_ERROR);
}

TEST(SimServerSettings, BadCertificatesAndPortsAreErrors) {
  ServerSettings settings;
  settings.tls_cert = "/nonexistent.pem";
  const auto alone = HttpServer::create(settings, {}, {});
  ASSERT_FALSE(alone);
  EXPECT_NE(alone.error().what.find("go together"), std::string::npos);
  settings.tls_key = "/nonexistent.pem";
  EXPECT_FALSE(HttpServer::create(settings, {}, {}));
}

}  // namespace
}  // namespace taara::line_sim
