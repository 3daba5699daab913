// SPDX-License-Identifier: Apache-2.0
// Decides whether a request may pass: the rate limit, the lock-out of addresses, and the password. From any thread.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/basic_credentials.h"
#include "core/ip_address.h"
#include "core/login_lockout.h"
#include "core/login_memory.h"
#include "core/time.h"
#include "core/token_bucket.h"
#include "core/web_config.h"

namespace taara {

struct Admission {
  enum class Kind { passes, password_needed, locked_out, too_fast, busy };
  Kind kind = Kind::passes;
  seconds retry_after{0};  // of the last three
};

class LoginGuard {
 public:
  enum class Outcome { first_login, wrong_password, unknown_user, locked_out };
  // For the log: the first login with each password, each wrong one, and the beginning of each lock-out. `user` is as
  // it was sent. Called by the thread that asks, with nothing locked.
  using Audit = std::function<void(const IpAddress& from, std::string_view user, Outcome outcome)>;

  // So many passwords are worked out at once, and so many requests wait for their turn; the others are told to come
  // again. Together fewer than the web server's threads.
  static constexpr int kAtOnce = 2;
  static constexpr int kWaiting = 2;
  static constexpr milliseconds kLongestWait{1000};

  // The clock must outlive this. Throws where the system has no random numbers.
  LoginGuard(const Clock& clock, Audit audit);

  // `authorization`: the header as it was sent; empty without one. May take as long as a bcrypt hash does.
  [[nodiscard]] Admission admit(const std::shared_ptr<const WebConfig>& config, const IpAddress& from,
                                std::string_view authorization);

 private:
  struct Login {
    const IpAddress& from;
    const std::string& user;
    bool user_exists = false;
    std::vector<Outcome> told = {};  // to be audited once nothing is locked
  };

  [[nodiscard]] Admission check_login(const WebConfig& config, const IpAddress& from, std::string_view authorization);
  [[nodiscard]] LoginDigest digest_of(const std::string& user, const BcryptHash& hash,
                                      const std::string& password) const;
  // Asks the lock-out and the memory; nothing where the password must be worked out.
  [[nodiscard]] std::optional<Admission> known_answer(const LoginDigest& digest, Login& login);
  // Works it out; nothing when there was no turn or no memory.
  [[nodiscard]] std::optional<bool> work_out(const BcryptHash& hash, const std::string& password);
  // mutex_ is held.
  [[nodiscard]] Admission settle(Login& login, bool right, bool first);

  const Clock& clock_;
  const Audit audit_;
  std::array<std::uint8_t, 32> key_{};

  std::mutex mutex_;
  std::shared_ptr<const WebConfig> config_;  // what memory_ and bucket_ belong to
  LoginMemory memory_;
  LoginLockout lockout_;
  TokenBucket bucket_;

  std::mutex turn_mutex_;
  std::condition_variable turn_;
  int working_ = 0;
  int waiting_ = 0;
};

}  // namespace taara
