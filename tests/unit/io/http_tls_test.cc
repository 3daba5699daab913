// SPDX-License-Identifier: Apache-2.0
// Certificates are always checked, and nothing is sent before they were.
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>

#include "fetch.h"
#include "io/http.h"
#include "scripted_server.h"

namespace taara::test {
namespace {

struct Identity {  // a self-signed certificate and its key
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), X509_free};
};

Identity make_identity(const char* alternative_name, long starts_in, long ends_in) {
  Identity identity;
  X509* x = identity.certificate.get();
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), starts_in);
  X509_gmtime_adj(X509_getm_notAfter(x), ends_in);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("line"), -1, -1, 0);
  X509_set_issuer_name(x, X509_get_subject_name(x));
  X509_set_pubkey(x, identity.key.get());
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_name);
  X509_add_ext(x, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(x, identity.key.get(), EVP_sha256());
  return identity;
}

class HttpTls : public ::testing::Test {
 protected:
  // A server with this identity, and limits that trust it.
  void serve(Identity identity, int newest_version = 0) {
    identity_ = std::move(identity);
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context_.get(), identity_.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), identity_.key.get());
    if (newest_version != 0) {
      SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
      SSL_CTX_set_max_proto_version(context_.get(), newest_version);
      SSL_CTX_set_cipher_list(context_.get(), "ALL:@SECLEVEL=0");
    }
    ca_file_ = ::testing::TempDir() + "http_tls_test_" + std::to_string(::getpid()) + ".pem";
    std::FILE* file = std::fopen(ca_file_.c_str(), "w");
    PEM_write_X509(file, identity_.certificate.get());
    std::fclose(file);
    trusting_.ca_file = ca_file_;
    server_ = std::make_unique<ScriptedServer>([this](Connection& connection) { talk(connection); });
  }
  ~HttpTls() override {
    server_.reset();
    std::remove(ca_file_.c_str());
  }

  std::string url() const { return server_->url("/", "https"); }
  int requests() const { return requests_; }

  HttpLimits trusting_;
  std::unique_ptr<ScriptedServer> server_;

 private:
  void talk(Connection& connection) {
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), SSL_free);
    SSL_set_fd(ssl.get(), connection.fd());
    char request[4096];
    if (SSL_accept(ssl.get()) != 1) return;
    while (SSL_read(ssl.get(), request, sizeof request) > 0) {
      ++requests_;
      constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
      SSL_write(ssl.get(), kAnswer.data(), static_cast<int>(kAnswer.size()));
    }
  }

  Identity identity_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, SSL_CTX_free};
  std::string ca_file_;
  std::atomic<int> requests_{0};
};

TEST_F(HttpTls, AGoodCertificateIsAnswered) {
  serve(make_identity("IP:127.0.0.1", -60, 3600));
  const auto http = make_http();
  const HttpDone done = get(*http, url(), trusting_);
  EXPECT_EQ(reply_of(done).body, "{}");
  EXPECT_EQ(reply_of(get(*http, url(), trusting_)).body, "{}");
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(HttpTls, N09_ASelfSignedCertificateIsRefusedBeforeAnythingIsSent) {
  serve(make_identity("IP:127.0.0.1", -60, 3600));
  const auto http = make_http();
  const HttpDone done = fetch(*http, {"POST", url(), {}, "passcode"});
  EXPECT_EQ(kind_name(done), "tls");
  EXPECT_FALSE(failure_of(done).reached);
  EXPECT_NE(failure_of(done).what.find("self"), std::string::npos) << failure_of(done).what;
  EXPECT_EQ(failure_of(done).what.find("ca_file"), std::string::npos) << failure_of(done).what;
  EXPECT_EQ(done.bytes_sent, 0u);
  EXPECT_EQ(requests(), 0);
}

TEST_F(HttpTls, N09_AnExpiredCertificateIsRefused) {
  serve(make_identity("IP:127.0.0.1", -7200, -3600));
  const HttpDone done = get(*make_http(), url(), trusting_);
  EXPECT_EQ(kind_name(done), "tls");
  EXPECT_FALSE(failure_of(done).reached);
  EXPECT_NE(failure_of(done).what.find("expired"), std::string::npos) << failure_of(done).what;
}

TEST_F(HttpTls, C03_ACertificateThatIsNotYetValidSaysSo) {  // what a wrong clock at boot looks like
  serve(make_identity("IP:127.0.0.1", 3600, 7200));
  const HttpDone done = get(*make_http(), url(), trusting_);
  EXPECT_EQ(kind_name(done), "tls");
  EXPECT_NE(failure_of(done).what.find("not yet valid"), std::string::npos) << failure_of(done).what;
}

TEST_F(HttpTls, N09_AWrongNameIsRefused) {
  serve(make_identity("DNS:other.example,IP:127.0.0.2", -60, 3600));
  const HttpDone done = get(*make_http(), url(), trusting_);
  EXPECT_EQ(kind_name(done), "tls");
  EXPECT_FALSE(failure_of(done).reached);
  EXPECT_EQ(requests(), 0);
}

TEST_F(HttpTls, N10_OldTlsIsRefused) {
  serve(make_identity("IP:127.0.0.1", -60, 3600), TLS1_1_VERSION);
  const HttpDone done = get(*make_http(), url(), trusting_);
  EXPECT_EQ(kind_name(done), "tls");
  EXPECT_FALSE(failure_of(done).reached);
}

TEST_F(HttpTls, N11_AnotherAuthorityThanTheOneOfTheCaFileIsRefusedAndTheKeyToChangeIsNamed) {
  serve(make_identity("IP:127.0.0.1", -60, 3600));
  const auto http = make_http();
  EXPECT_EQ(reply_of(get(*http, url(), trusting_)).body, "{}");
  // The same file with another authority in it: what is open or was agreed on before doesn't help.
  const Identity stranger = make_identity("IP:127.0.0.1", -60, 3600);
  std::FILE* file = std::fopen(trusting_.ca_file->c_str(), "w");
  PEM_write_X509(file, stranger.certificate.get());
  std::fclose(file);
  const HttpDone done = fetch(*http, {"POST", url(), {}, "passcode", true}, trusting_);
  EXPECT_EQ(kind_name(done), "tls");
  EXPECT_FALSE(failure_of(done).reached);
  EXPECT_NE(failure_of(done).what.find("households[].ca_file"), std::string::npos) << failure_of(done).what;
  EXPECT_EQ(requests(), 1);
}

TEST_F(HttpTls, ACaFileThatIsNotThereIsATlsErrorAndTrustsNobody) {
  serve(make_identity("IP:127.0.0.1", -60, 3600));
  const HttpDone done = get(*make_http(), url(), {.ca_file = "/nonexistent/ca.pem"});
  EXPECT_EQ(kind_name(done), "tls");
  EXPECT_NE(failure_of(done).what.find("households[].ca_file"), std::string::npos) << failure_of(done).what;
  EXPECT_EQ(requests(), 0);
}

TEST(HttpTlsFault, N08_AListenerThatNeverSpeaksTlsEndsAtTheConnectTime) {
  ScriptedServer server([](Connection& connection) { connection.wait_for_hangup(); });
  const HttpDone done =
      get(*make_http(), server.url("/", "https"), {.connect_timeout = milliseconds{100}, .stall = seconds{30}});
  EXPECT_EQ(kind_name(done), "timeout");
  EXPECT_FALSE(failure_of(done).reached);
  EXPECT_LT(failure_of(done).response_time, milliseconds{3000});
}

TEST(HttpTlsFault, APlainServerBehindAnHttpsUrlIsATlsError) {
  ScriptedServer server([](Connection& connection) {
    connection.wait(milliseconds{0});
    connection.reply("not TLS", "400 Bad Request");
  });
  const HttpDone done = get(*make_http(), server.url("/", "https"));
  EXPECT_EQ(kind_name(done), "tls");
  EXPECT_FALSE(failure_of(done).reached);
}

}  // namespace
}  // namespace taara::test
