// SPDX-License-Identifier: Apache-2.0
#include "line_sim/token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdio>

#include "line_sim/family.h"

namespace taara::line_sim {
namespace {

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

std::string base64url(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  std::uint32_t window = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    window = (window << 8U) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) out += kDigits[(window >> (bits - 6)) & 63U];
  }
  if (bits > 0) out += kDigits[(window << (6 - bits)) & 63U];
  return out;
}

std::string sign(std::string_view payload, std::uint64_t seed) {
  const std::string text = base64url(kHeader) + '.' + base64url(payload);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), &seed, sizeof seed, reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(),
       &size);
  return text + '.' + base64url({reinterpret_cast<const char*>(mac.data()), size});
}

std::string payload(const TokenClaims& claims, bool with_expiry, Time expires) {
  std::string out = R"({"sub":")" + claims.subject + R"(","jti":)" + std::to_string(claims.serial) + R"(,"iat":)" +
                    std::to_string(claims.issued.time_since_epoch().count());
  if (with_expiry) out += R"(,"exp":)" + std::to_string(expires.time_since_epoch().count());
  return out + '}';
}

}  // namespace

std::string make_token(const TokenClaims& claims, std::uint64_t seed) {
  return sign(payload(claims, true, claims.expires), seed);
}

std::string make_bad_token(const TokenClaims& claims, std::uint64_t seed, std::string_view fault) {
  if (fault == "not_jwt") return "opaque-" + std::to_string(claims.serial) + "-" + claims.subject;
  if (fault == "bad_base64") return "e%J." + std::to_string(claims.serial) + "!!" + claims.subject + ".=";
  if (fault == "no_exp") return sign(payload(claims, false, {}), seed);
  const Time odd =
      fault == "past_exp" ? claims.issued - std::chrono::hours{1} : claims.issued + std::chrono::days{36'525};
  return sign(payload(claims, true, odd), seed);
}

std::string make_cookie(std::uint64_t seed, unsigned household, std::uint64_t serial) {
  std::array<char, 33> text{};
  const auto high = chance(seed, household, 200, static_cast<std::int64_t>(serial));
  const auto low = chance(seed, household, 201, static_cast<std::int64_t>(serial));
  (void)std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                      static_cast<unsigned long long>(low));
  return text.data();
}

}  // namespace taara::line_sim
