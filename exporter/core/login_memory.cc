// SPDX-License-Identifier: Apache-2.0
#include "core/login_memory.h"

namespace taara {

std::optional<bool> LoginMemory::recall(const LoginDigest& digest) const {
  if (right_.digests.contains(digest)) return true;
  if (wrong_.digests.contains(digest)) return false;
  return std::nullopt;
}

void LoginMemory::remember(const LoginDigest& digest, bool right) {
  if (right)
    right_.add(digest, kMostRight);
  else
    wrong_.add(digest, kMostWrong);
}

void LoginMemory::forget_all() {
  right_ = {};
  wrong_ = {};
}

void LoginMemory::Known::add(const LoginDigest& digest, std::size_t most) {
  if (!digests.insert(digest).second) return;
  order.push_back(digest);
  if (order.size() <= most) return;
  digests.erase(order.front());
  order.pop_front();
}

}  // namespace taara
