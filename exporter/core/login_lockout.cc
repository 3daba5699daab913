// SPDX-License-Identifier: Apache-2.0
#include "core/login_lockout.h"

#include <algorithm>

namespace taara {

IpAddress lockout_key(const IpAddress& address) {
  IpAddress key = address;
  if (key.v6) std::fill(key.bytes.begin() + 8, key.bytes.end(), std::uint8_t{0});
  return key;
}

// Failures before a lock keep it whole: they go together, when it ends.
void LoginLockout::forget_old(Entry& entry, Steady now) {
  if (const auto until = locked_until(entry)) {
    if (now >= *until) entry.failures.clear();
    return;
  }
  while (!entry.failures.empty() && now - entry.failures.front() >= kWindow) entry.failures.pop_front();
}

std::optional<Steady> LoginLockout::locked_until(const Entry& entry) {
  if (entry.failures.size() < kMostFailures) return std::nullopt;
  return entry.failures.back() + kWindow;
}

void LoginLockout::make_room(Steady now) {
  if (entries_.size() < kMostAddresses) return;
  auto oldest = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end();) {
    forget_old(it->second, now);
    if (it->second.under_way > 0) {
      ++it;
    } else if (it->second.failures.empty()) {
      it = entries_.erase(it);
    } else {
      if (oldest == entries_.end() || it->second.failures.back() < oldest->second.failures.back()) oldest = it;
      ++it;
    }
  }
  if (entries_.size() >= kMostAddresses && oldest != entries_.end()) entries_.erase(oldest);
}

LoginLockout::Answer LoginLockout::begin(const IpAddress& address, Steady now) {
  const IpAddress key = lockout_key(address);
  if (!entries_.contains(key)) make_room(now);
  Entry& entry = entries_[key];
  forget_old(entry, now);
  if (entry.failures.size() >= kMostFailures) return Answer::locked;
  if (entry.failures.size() + entry.under_way >= kMostFailures) return Answer::too_many_at_once;
  ++entry.under_way;
  return Answer::go_on;
}

void LoginLockout::succeeded(const IpAddress& address) {
  const auto found = entries_.find(lockout_key(address));
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (entry.under_way > 0) --entry.under_way;
  // Earlier failures stay: otherwise somebody with a login of his own could guess another's for ever.
  if (entry.under_way == 0 && entry.failures.empty()) entries_.erase(found);
}

void LoginLockout::failed(const IpAddress& address, Steady now) {
  const auto found = entries_.find(lockout_key(address));
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (entry.under_way > 0) --entry.under_way;
  entry.failures.push_back(now);
}

seconds LoginLockout::locked_for(const IpAddress& address, Steady now) const {
  const auto found = entries_.find(lockout_key(address));
  if (found == entries_.end()) return seconds{0};
  const auto until = locked_until(found->second);
  if (!until || now >= *until) return seconds{0};
  return std::chrono::ceil<seconds>(*until - now);
}

}  // namespace taara
