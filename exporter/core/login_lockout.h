// SPDX-License-Identifier: Apache-2.0
// Who failed too often waits: five failed logins from one address within 15 minutes, and it is not listened to until
// 15 minutes after the last of them. Guesses under way count as failures until they are known to be right, so that
// parallel ones gain nothing. One thread at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>

#include "core/ip_address.h"
#include "core/time.h"

namespace taara {

// An IPv6 client owns a /64: that is its address here.
[[nodiscard]] IpAddress lockout_key(const IpAddress& address);

class LoginLockout {
 public:
  static constexpr std::size_t kMostFailures = 5;
  static constexpr seconds kWindow{15 * 60};
  // So many addresses are remembered; then the one whose last failure is oldest is forgotten.
  static constexpr std::size_t kMostAddresses = 4096;

  enum class Answer { go_on, too_many_at_once, locked };
  // Before a password is looked at. After go_on exactly one of succeeded() and failed() follows.
  [[nodiscard]] Answer begin(const IpAddress& address, Steady now);
  void succeeded(const IpAddress& address);
  void failed(const IpAddress& address, Steady now);
  // The guess was not looked at after all.
  void given_up(const IpAddress& address) { succeeded(address); }

  // How long until it is listened to again; 0 when it is.
  [[nodiscard]] seconds locked_for(const IpAddress& address, Steady now) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Less {
    bool operator()(const IpAddress& a, const IpAddress& b) const {
      return a.v6 != b.v6 ? a.v6 < b.v6 : a.bytes < b.bytes;
    }
  };
  struct Entry {
    std::deque<Steady> failures;  // oldest first
    std::size_t under_way = 0;
  };

  static void forget_old(Entry& entry, Steady now);
  [[nodiscard]] static std::optional<Steady> locked_until(const Entry& entry);
  void make_room(Steady now);

  std::map<IpAddress, Entry, Less> entries_;
};

}  // namespace taara
