// SPDX-License-Identifier: Apache-2.0
// bcrypt hashes as htpasswd -B and its like write them: $2y$10$ and 53 characters. io/bcrypt.h computes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace taara {

// Each step doubles the work; 14 takes most of a second on a small machine, and a check can't be interrupted.
inline constexpr int kLeastBcryptCost = 4;
inline constexpr int kMostBcryptCost = 14;
// Passwords differ to bcrypt in their first 72 bytes only.
inline constexpr std::size_t kMostPasswordBytes = 72;

struct BcryptHash {
  std::string text;
  int cost = 0;
  bool operator==(const BcryptHash&) const = default;
};

// Prefixes $2a$, $2b$ and $2y$ ($2x$ marks hashes of a broken implementation). Any cost that has two digits: whether it
// may be used is the caller's question.
[[nodiscard]] std::optional<BcryptHash> parse_bcrypt_hash(std::string_view text);

// A hash of no password: what an unknown user's is compared with, so that the answer takes as long.
[[nodiscard]] BcryptHash hash_of_nobody(int cost);

}  // namespace taara
