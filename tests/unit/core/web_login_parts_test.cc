// SPDX-License-Identifier: Apache-2.0
// The small parts of a login: what a client sends, what a hash looks like, what is remembered, how fast is too fast.
#include <gtest/gtest.h>

#include "core/basic_credentials.h"
#include "core/bcrypt_hash.h"
#include "core/login_memory.h"
#include "core/tls_names.h"
#include "core/token_bucket.h"

namespace taara {
namespace {

std::string said(std::string_view header) {
  const auto credentials = parse_basic_credentials(header);
  return credentials ? credentials->user + "|" + credentials->password : "none";
}

TEST(BasicCredentials, UserUpToTheFirstColonAndPasswordAfterIt) {
  EXPECT_EQ(said("Basic YWxpY2U6c2VjcmV0"), "alice|secret");
  EXPECT_EQ(said("basic YWxpY2U6c2VjcmV0"), "alice|secret");
  EXPECT_EQ(said("BASIC  YTpiOmM="), "a|b:c");
  EXPECT_EQ(said("Basic YTo="), "a|");
  EXPECT_EQ(said("Basic Og=="), "|");
  EXPECT_EQ(said("Basic w6Q6w7Y="), "\xC3\xA4|\xC3\xB6");
}

TEST(BasicCredentials, H06_AnythingElseIsNone) {
  for (const auto* header : {"", "Basic", "Basic ", "Basic  ", "Bearer YWxpY2U6c2VjcmV0", "BasicYWxpY2U6c2VjcmV0",
                             "Basic YWxpY2U", "Basic YQ==", "Basic YWxp Y2U6c2VjcmV0",
                             "Basic YWxpY2U6c2VjcmV0=", "Basic ====", "Basic =", "Basic YWxp\xC3\xA4Y2U",
                             "Basic YTp=", "Basic YTp_YQ==", "Basic YTr=", "Basic YTp/YR=="})
    EXPECT_EQ(said(header), "none") << header;
  EXPECT_EQ(said("Basic YQA6Yg=="), "none");  // a NUL in the name
  EXPECT_EQ(said("Basic YTpiAGM="), "none");  // and in the password, where bcrypt would stop reading
}

TEST(BcryptHash, TakesWhatHtpasswdAndOthersWrite) {
  for (const auto* text : {"$2y$10$2UXri9cIDdgeKjBo4Rlpx.U3ZLDV8X1IxKmsfOvhcM5oXQt/mLmXq",
                           "$2b$04$FzIN6TiBEPScsPs7Y12wROnWAmcrvQBOcohUlfjCZ9qGRMpk4GoSu",
                           "$2a$31$FzIN6TiBEPScsPs7Y12wROnWAmcrvQBOcohUlfjCZ9qGRMpk4GoSu"})
    EXPECT_TRUE(parse_bcrypt_hash(text)) << text;
  EXPECT_EQ(parse_bcrypt_hash("$2b$12$FzIN6TiBEPScsPs7Y12wROnWAmcrvQBOcohUlfjCZ9qGRMpk4GoSu")->cost, 12);
}

TEST(BcryptHash, RefusesWhatIsNone) {
  for (const auto* text : {"", "doe", "$2b$04$", "$2x$04$FzIN6TiBEPScsPs7Y12wROnWAmcrvQBOcohUlfjCZ9qGRMpk4GoSu",
                           "$2$04$FzIN6TiBEPScsPs7Y12wROnWAmcrvQBOcohUlfjCZ9qGRMpk4GoSuu",
                           "$2b$4$FzIN6TiBEPScsPs7Y12wROnWAmcrvQBOcohUlfjCZ9qGRMpk4GoSuu",
                           "$2b$04$FzIN6TiBEPScsPs7Y12wROnWAmcrvQBOcohUlfjCZ9qGRMpk4GoS",
                           "$2b$04$FzIN6TiBEPScsPs7Y12wROnWAmcrvQBOcohUlfjCZ9qGRMpk4GoSu\n",
                           "$2b$04$FzIN6TiBEPScsPs7Y12w OnWAmcrvQBOcohUlfjCZ9qGRMpk4GoSu",
                           "$6$rounds=5000$abcdefgh$abcdefghijklmnopqrstuvwxyz0123456789"})
    EXPECT_FALSE(parse_bcrypt_hash(text)) << text;
}

TEST(BcryptHash, NobodysHashIsOneOfThatCost) {
  for (const int cost : {4, 10, 14}) EXPECT_EQ(parse_bcrypt_hash(hash_of_nobody(cost).text)->cost, cost);
}

LoginDigest numbered(std::size_t number) {
  LoginDigest digest{};
  digest[0] = static_cast<std::uint8_t>(number);
  digest[1] = static_cast<std::uint8_t>(number >> 8U);
  return digest;
}

TEST(LoginMemory, RemembersBothAnswersBounded) {
  LoginMemory memory;
  memory.remember(numbered(60'000), true);
  for (std::size_t i = 0; i < 5000; ++i) memory.remember(numbered(i), false);
  EXPECT_EQ(memory.recall(numbered(60'000)), true);  // wrong ones don't push it out
  EXPECT_EQ(memory.recall(numbered(4999)), false);
  EXPECT_EQ(memory.recall(numbered(5000 - LoginMemory::kMostWrong)), false);
  EXPECT_EQ(memory.recall(numbered(5000 - LoginMemory::kMostWrong - 1)), std::nullopt);
  memory.forget_all();
  EXPECT_EQ(memory.recall(numbered(60'000)), std::nullopt);
  EXPECT_EQ(memory.recall(numbered(4999)), std::nullopt);
}

TEST(TokenBucket, LetsABurstPassAndThenOnePerInterval) {
  Steady now{std::chrono::hours{1}};
  TokenBucket bucket({milliseconds{100}, 3}, now);
  const auto taken = [&](int times) {
    int passed = 0;
    for (int i = 0; i < times; ++i) passed += bucket.take(now) ? 1 : 0;
    return passed;
  };
  EXPECT_EQ(taken(10), 3);
  now += milliseconds{99};
  EXPECT_EQ(taken(10), 0);
  now += milliseconds{1};
  EXPECT_EQ(taken(10), 1);
  now += std::chrono::hours{1};
  EXPECT_EQ(taken(10), 3);
  TokenBucket none({}, now);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(none.take(now));
}

TEST(TlsNames, AreGosAndBecomeOpenSsls) {
  EXPECT_EQ(cipher_suite_named("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")->openssl, "ECDHE-RSA-AES256-GCM-SHA384");
  EXPECT_EQ(cipher_suite_named("TLS_RSA_WITH_AES_128_CBC_SHA"), nullptr);  // without forward secrecy
  EXPECT_EQ(openssl_curve_named("CurveP521"), "P-521");
  EXPECT_EQ(openssl_curve_named("CurveP257"), std::nullopt);
  EXPECT_EQ(client_auth_named("RequireClientCert"), ClientAuth::require_any);
  EXPECT_EQ(client_auth_named("x"), std::nullopt);
}

}  // namespace
}  // namespace taara
