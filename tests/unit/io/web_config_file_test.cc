// SPDX-License-Identifier: Apache-2.0
// Which web configurations are good and what is said of the others. The cases are those that the exporter-toolkit tries
// its own reader with, written anew, and what is stricter here.
#include "io/web_config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "unit/io/pem_pair.h"
#include "unit/io/temp_folder.h"

namespace taara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kTlsPart = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
constexpr std::string_view kHash = "$2y$10$2UXri9cIDdgeKjBo4Rlpx.U3ZLDV8X1IxKmsfOvhcM5oXQt/mLmXq";

class WebConfigFile : public testing::Test {
 protected:
  WebConfigFile() {
    folder_.file("server.crt", pair.certificate, 0644);
    folder_.file("server.key", pair.key);
    folder_.file("ca.pem", PemPair().certificate, 0644);
  }

  // "good", or what is wrong, in lines.
  std::string said_of(const std::string& yaml, mode_t mode = 0600) {
    const auto read = load_web_config(folder_.file("web.yml", yaml, mode));
    if (const auto* loaded = std::get_if<LoadedWebConfig>(&read.result)) {
      loaded_ = *loaded;
      return "good";
    }
    std::string all;
    for (const auto& problem : std::get<std::vector<ConfigProblem>>(read.result))
      all += (all.empty() ? "" : "\n") + describe("", problem);
    return all;
  }
  std::string with_tls(std::string_view more) { return said_of(std::string(kTlsPart) + std::string(more)); }

  static const PemPair pair;
  TempFolder folder_;
  LoadedWebConfig loaded_;
};
const PemPair WebConfigFile::pair;

TEST_F(WebConfigFile, GoodOnesOfTheToolkit) {
  EXPECT_EQ(said_of(""), "good");
  EXPECT_FALSE(loaded_.config.tls);
  EXPECT_EQ(with_tls(""), "good");
  EXPECT_NE(loaded_.tls, nullptr);
  for (const auto* more :
       {"  client_auth_type: VerifyClientCertIfGiven\n", "  client_auth_type: RequireAnyClientCert\n",
        "  client_auth_type: RequestClientCert\n",
        "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n",
        "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  client_allowed_sans: [one, two]\n",
        "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n  min_version: TLS12\n  max_version: TLS12\n",
        "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n  prefer_server_cipher_suites: false\n",
        "  curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]\n",
        "  min_version: TLS13\n  curve_preferences: [CurveP521]\n",
        "  max_version: TLS12\nhttp_server_config:\n  http2: false\n",
        "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]\n  max_version: TLS12\n"})
    EXPECT_EQ(with_tls(more), "good") << more;
  EXPECT_EQ(with_tls("  cipher_suites:\n"
                     "  - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n  - TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\n"
                     "  - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n  - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\n"
                     "  - TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256\n  - TLS_AES_128_GCM_SHA256\n"
                     "  - TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256\n  - TLS_AES_256_GCM_SHA384\n"
                     "  - TLS_CHACHA20_POLY1305_SHA256\n  - TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA\n"
                     "  - TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA\n  - TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA\n"
                     "  - TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA\n"),
            "good");
  EXPECT_EQ(with_tls("basic_auth_users:\n  alice: " + std::string(kHash) + "\n  bob: " + std::string(kHash) + "\n"),
            "good");
  EXPECT_TRUE(keeps_strangers_out(loaded_.config));
  EXPECT_EQ(said_of("basic_auth_users:\n  alice: " + std::string(kHash) + "\n"), "good");
  EXPECT_FALSE(keeps_strangers_out(loaded_.config));
  EXPECT_EQ(said_of("http_server_config:\n  headers:\n    X-Frame-Options: deny\n    X-XSS-Protection: 1\n"
                    "    Strict-Transport-Security: max-age=31536000; includeSubDomains\n"
                    "    X-Content-Type-Options: nosniff\n"
                    "    Content-Security-Policy: \"default-src 'self' *.test.example.net\"\n"),
            "good");
  EXPECT_EQ(loaded_.config.headers.size(), 5U);
  EXPECT_EQ(said_of("rate_limit:\n  interval: 0\n  burst: 0\n"), "good");
  EXPECT_EQ(said_of("rate_limit: {interval: 1s, burst: 3}\n"), "good");
  EXPECT_EQ(loaded_.config.rate_limit, (RateLimit{milliseconds{1000}, 3}));
}

std::string indented(const std::string& pem) {
  std::string text;
  std::string_view rest = pem;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    text.append("    ").append(rest.substr(0, end)).append("\n");
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return text;
}

TEST_F(WebConfigFile, CertificateAndKeyMayStandInTheFileItself) {
  EXPECT_EQ(said_of("tls_server_config:\n  cert: |\n" + indented(pair.certificate) + "  key: |\n" + indented(pair.key)),
            "good");
  EXPECT_EQ(loaded_.config.tls->key.text, "");  // OpenSSL has it
  EXPECT_EQ(with_tls("  cert: |\n" + indented(pair.certificate)),
            ":4:9: tls_server_config.cert: found cert and cert_file; allowed: one of the two");
}

TEST_F(WebConfigFile, BadOnesOfTheToolkit) {
  EXPECT_THAT(said_of("hWkNKCp3fvIx3jKnsaBI\nTuEjdwNS8A2vYdFbiKqr\n"),
              HasSubstr("1:1: found a text; allowed: the keys"));
  EXPECT_THAT(
      said_of("tls_server_config:\n  cert_filse: server.crt\n"),
      HasSubstr("2:3: tls_server_config.cert_filse: unknown key; did you mean cert_file? Allowed here: cert, "));
  for (const auto* none : {"  cert_file: \"\"\n  key_file: server.key\n", "  cert: \"\"\n  key_file: server.key\n",
                           "  key_file: server.key\n"})
    EXPECT_THAT(said_of("tls_server_config:\n" + std::string(none)), HasSubstr("found none of cert and cert_file"))
        << none;
  for (const auto* none : {"  cert_file: server.crt\n  key_file: \"\"\n", "  cert_file: server.crt\n  key: \"\"\n",
                           "  cert_file: server.crt\n"})
    EXPECT_THAT(said_of("tls_server_config:\n" + std::string(none)), HasSubstr("found none of key and key_file"))
        << none;
  EXPECT_THAT(said_of("tls_server_config:\n  cert_file: \"\"\n  key_file: \"\"\n  client_auth_type: x\n"),
              HasSubstr("client_auth_type: found \"x\"; allowed: NoClientCert, "));
  EXPECT_THAT(
      said_of("tls_server_config:\n  cert_file: somefile\n  key_file: server.key\n"),
      testing::AllOf(HasSubstr("2:14: tls_server_config.cert_file: "), HasSubstr("somefile\" cannot be found")));
  EXPECT_THAT(said_of("tls_server_config:\n  cert_file: server.crt\n  key_file: somefile\n"),
              HasSubstr("3:13: tls_server_config.key_file: "));
  EXPECT_THAT(with_tls("  client_ca_file: ca.pem\n"), HasSubstr("found a client CA but no client_auth_type"));
  EXPECT_THAT(with_tls("  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: somefile\n"),
              HasSubstr("tls_server_config.client_ca_file: "));
  EXPECT_THAT(with_tls("  client_auth_type: RequireAndVerifyClientCert\n"), HasSubstr("without a CA"));
  EXPECT_THAT(
      with_tls("basic_auth_users:\n  john: doe\n"),
      testing::AllOf(HasSubstr("5:9: basic_auth_users.john: found a value that is not shown here; allowed: a bcrypt"),
                     Not(HasSubstr("doe"))));
  EXPECT_THAT(with_tls("  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA2048]\n"),
              HasSubstr("cipher_suites[0]: found \"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA2048\"; allowed: TLS_AES_"));
  EXPECT_THAT(with_tls("  curve_preferences: [CurveP257]\n"), HasSubstr("curve_preferences[0]: found \"CurveP257\""));
  EXPECT_THAT(with_tls("  min_version: TLS111\n"), HasSubstr("min_version: found \"TLS111\"; allowed: TLS12 or TLS13"));
  for (const auto* header : {"X-Content-Type-Options: sniff", "X-Frame-Options: foo", "Content-Type: foo",
                             "X-Frame-Options: \"deny\\r\\nSet-Cookie: a\"", "X-XSS-Protection: \"1\\n2\""})
    EXPECT_NE(said_of("http_server_config:\n  headers:\n    " + std::string(header) + "\n"), "good") << header;
  EXPECT_THAT(said_of("rate_limit: {interval: 1s, burst: 0}\n"), HasSubstr("would refuse every request"));
}

TEST_F(WebConfigFile, WhatIsOldOrCannotBeDoneIsRefusedWithWords) {
  for (const auto* version : {"TLS10", "TLS11"})
    EXPECT_THAT(with_tls(std::string("  min_version: ") + version + "\n"),
                HasSubstr("which is broken and not offered"));
  EXPECT_THAT(with_tls("  min_version: TLS13\n  max_version: TLS12\n"), HasSubstr("older than min_version"));
  EXPECT_THAT(with_tls("  max_version: TLS12\n  cipher_suites: [TLS_AES_128_GCM_SHA256]\n"),
              HasSubstr("suites of TLS 1.3 only"));
  EXPECT_EQ(with_tls("  cipher_suites: [TLS_AES_128_GCM_SHA256]\n"), "good");
  EXPECT_EQ(loaded_.config.tls->min_version, TlsVersion::tls13);
  EXPECT_THAT(with_tls("  cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]\n"), HasSubstr("cipher_suites[0]: found"));
  EXPECT_THAT(with_tls("  client_allowed_sans: [one]\n"), HasSubstr("not verified"));
  EXPECT_THAT(said_of("basic_auth_users:\n"), HasSubstr("without users leave basic_auth_users out"));
  EXPECT_THAT(said_of("tls_server_config:\n"), HasSubstr("without TLS leave tls_server_config out"));
  const std::string rest = "$2UXri9cIDdgeKjBo4Rlpx.U3ZLDV8X1IxKmsfOvhcM5oXQt/mLmXq";
  for (const auto* cost : {"03", "15", "31"})
    EXPECT_THAT(said_of("basic_auth_users: {a: $2y$" + std::string(cost) + rest + "}\n"),
                HasSubstr("; allowed: 4 to 14"))
        << cost;
  for (const auto* key : {"password: x", "token: y", "basic_auth_user: {}"})
    EXPECT_THAT(said_of(std::string(key) + "\n"), HasSubstr("unknown key")) << key;
  EXPECT_EQ(said_of("basic_auth_users: {token: " + std::string(kHash) + "}\n"), "good");  // a name like any other
  EXPECT_NE(said_of("basic_auth_users: {\"a:b\": " + std::string(kHash) + "}\n"), "good");
}

TEST_F(WebConfigFile, EverythingThatIsWrongIsToldAtOnce) {
  const std::string said = said_of(
      "tls_server_config: {min_version: TLS11, curve_preferences: [x]}\nhttp_server config: 1\nbasic_auth_users: {a: "
      "b}\n");
  for (const auto* part : {"cert and cert_file", "key and key_file", "TLS11", "curve_preferences[0]",
                           "did you mean http_server_config", "basic_auth_users.a"})
    EXPECT_THAT(said, HasSubstr(part));
}

TEST_F(WebConfigFile, KeysThatDontFitOrCantBeReadAreTold) {
  folder_.file("server.key", PemPair().key);
  EXPECT_THAT(with_tls(""), HasSubstr("doesn't belong to the private key"));
  folder_.file("server.key", PemPair("secret words").key);
  EXPECT_THAT(with_tls(""), HasSubstr("a private key with a passphrase"));
  folder_.file("server.key", "nothing\n");
  EXPECT_THAT(with_tls(""), HasSubstr("found no private key in it"));
  folder_.file("server.key", pair.key);
  folder_.file("server.crt", "nothing\n");
  EXPECT_THAT(with_tls(""), HasSubstr("found no certificate in it"));
  folder_.file("server.crt", pair.certificate + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  EXPECT_THAT(with_tls(""), HasSubstr("a certificate that can't be read"));
  folder_.file("server.crt", pair.certificate, 0646);
  EXPECT_THAT(with_tls(""), HasSubstr("can be changed by every user (mode 0646)"));
}

TEST_F(WebConfigFile, F08_WhoElseMayWriteOrReadItMatters) {
  EXPECT_THAT(said_of("", 0602), HasSubstr("can be changed by every user (mode 0602)"));
  EXPECT_EQ(said_of("basic_auth_users: {a: " + std::string(kHash) + "}\n", 0644), "good");
  EXPECT_THAT(loaded_.notes, ElementsAre(HasSubstr("can read the password hashes")));
  folder_.file("server.key", pair.key, 0644);
  EXPECT_EQ(with_tls(""), "good");
  EXPECT_THAT(loaded_.notes, ElementsAre(HasSubstr("can read the private key")));
  folder_.file("server.key", pair.key, 0640);
  EXPECT_EQ(with_tls(""), "good");
  EXPECT_THAT(loaded_.notes, IsEmpty());
}

TEST_F(WebConfigFile, TheFilesThatItDependsOnAreKnownEvenWhenTheyAreBad) {
  const std::string path = folder_.file("web.yml", std::string(kTlsPart));
  folder_.file("server.crt", "nothing");
  EXPECT_THAT(load_web_config(path).files, ElementsAre(path, folder_.path("server.crt"), folder_.path("server.key")));
  EXPECT_THAT(load_web_config(folder_.path("none.yml")).files, ElementsAre(folder_.path("none.yml")));
}

}  // namespace
}  // namespace taara
