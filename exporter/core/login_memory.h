// SPDX-License-Identifier: Apache-2.0
// Remembers which credentials were right and which were wrong, so that bcrypt is paid once for each. It holds digests
// only: a keyed hash of user, stored hash and password, made with a key that lives as long as the process. One thread
// at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>

namespace taara {

using LoginDigest = std::array<std::uint8_t, 32>;

class LoginMemory {
 public:
  // Wrong ones never push right ones out.
  static constexpr std::size_t kMostRight = 1024;
  static constexpr std::size_t kMostWrong = 1024;

  // Whether they were right; nothing where they are new.
  [[nodiscard]] std::optional<bool> recall(const LoginDigest& digest) const;
  void remember(const LoginDigest& digest, bool right);
  void forget_all();

 private:
  struct Known {
    std::set<LoginDigest> digests;
    std::deque<LoginDigest> order;  // oldest first
    void add(const LoginDigest& digest, std::size_t most);
  };
  Known right_;
  Known wrong_;
};

}  // namespace taara
