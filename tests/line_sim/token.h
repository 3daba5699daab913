// SPDX-License-Identifier: Apache-2.0
// Tokens that look like the line's: JWTs with subject and expiry, signed with a key that nobody needs.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"

namespace taara::line_sim {

struct TokenClaims {
  std::string subject;
  Time issued;
  Time expires;
  std::uint64_t serial = 0;
};

[[nodiscard]] std::string make_token(const TokenClaims& claims, std::uint64_t seed);
// `fault` is a value of the fault bad_token.
[[nodiscard]] std::string make_bad_token(const TokenClaims& claims, std::uint64_t seed, std::string_view fault);
// 32 hexadecimal digits.
[[nodiscard]] std::string make_cookie(std::uint64_t seed, unsigned household, std::uint64_t serial);

}  // namespace taara::line_sim
