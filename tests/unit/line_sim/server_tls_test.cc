// SPDX-License-Identifier: Apache-2.0
// The simulated line behind TLS.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>

#include "running_line.h"

namespace taara::line_sim {
namespace {

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
