// SPDX-License-Identifier: Apache-2.0
#include "io/login_guard.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

#include "io/bcrypt.h"
#include "io/secret_file.h"

namespace taara {
namespace {

using Kind = Admission::Kind;

constexpr int kUsualCost = 10;

// The costliest of them: an unknown user must not be told from a known one by the time it takes.
int cost_for_nobody(const WebConfig& config) {
  int most = 0;
  for (const auto& [user, hash] : config.users) most = std::max(most, hash.cost);
  return most > 0 ? most : kUsualCost;
}

void add_with_length(std::string& text, std::string_view part) {
  text.append(std::to_string(part.size())).append(":").append(part);
}

}  // namespace

LoginGuard::LoginGuard(const Clock& clock, Audit audit)
    : clock_(clock), audit_(std::move(audit)), bucket_({}, clock.steady()) {
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
    throw std::runtime_error("the system has no random numbers");
}

LoginDigest LoginGuard::digest_of(const std::string& user, const BcryptHash& hash, const std::string& password) const {
  std::string text;
  text.reserve(user.size() + hash.text.size() + password.size() + 32);  // so that no part is left in freed memory
  for (const std::string* part : {&user, &hash.text, &password}) add_with_length(text, *part);
  LoginDigest digest{};
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  wipe(text);
  if (made == nullptr || size != digest.size()) throw std::runtime_error("OpenSSL can't compute a digest");
  return digest;
}

std::optional<bool> LoginGuard::work_out(const BcryptHash& hash, const std::string& password) {
  {
    std::unique_lock lock(turn_mutex_);
    if (working_ >= kAtOnce) {
      if (waiting_ >= kWaiting) return std::nullopt;
      ++waiting_;
      const bool free = turn_.wait_for(lock, kLongestWait, [&] { return working_ < kAtOnce; });
      --waiting_;
      if (!free) return std::nullopt;
    }
    ++working_;
  }
  std::optional<bool> right;
  try {
    right = bcrypt_matches(hash, password);
  } catch (const std::bad_alloc&) {
    right.reset();
  }
  {
    const std::lock_guard lock(turn_mutex_);
    --working_;
  }
  turn_.notify_one();
  return right;
}

Admission LoginGuard::settle(Login& login, bool right, bool first) {
  if (right) {
    lockout_.succeeded(login.from);
    if (first) login.told.push_back(Outcome::first_login);
    return {};
  }
  const Steady now = clock_.steady();
  lockout_.failed(login.from, now);
  login.told.push_back(login.user_exists ? Outcome::wrong_password : Outcome::unknown_user);
  if (lockout_.locked_for(login.from, now) > seconds{0}) login.told.push_back(Outcome::locked_out);
  return {Kind::password_needed, seconds{0}};
}

std::optional<Admission> LoginGuard::known_answer(const LoginDigest& digest, Login& login) {
  const std::lock_guard lock(mutex_);
  const Steady now = clock_.steady();
  switch (lockout_.begin(login.from, now)) {
    case LoginLockout::Answer::go_on:
      break;
    case LoginLockout::Answer::too_many_at_once:
      return Admission{Kind::busy, seconds{1}};
    case LoginLockout::Answer::locked:
      return Admission{Kind::locked_out, std::max(seconds{1}, lockout_.locked_for(login.from, now))};
  }
  const auto right = memory_.recall(digest);
  if (!right) return std::nullopt;
  return settle(login, *right, false);
}

Admission LoginGuard::check_login(const WebConfig& config, const IpAddress& from, std::string_view authorization) {
  {
    const std::lock_guard lock(mutex_);
    if (const seconds wait = lockout_.locked_for(from, clock_.steady()); wait > seconds{0})
      return {Kind::locked_out, wait};
  }
  auto credentials = parse_basic_credentials(authorization);
  if (!credentials) return {Kind::password_needed, seconds{0}};
  const auto known = config.users.find(credentials->user);
  Login login{.from = from, .user = credentials->user, .user_exists = known != config.users.end()};
  const BcryptHash hash = login.user_exists ? known->second : hash_of_nobody(cost_for_nobody(config));
  const LoginDigest digest = digest_of(credentials->user, hash, credentials->password);

  auto answer = known_answer(digest, login);
  if (!answer) {
    const auto computed = work_out(hash, credentials->password);
    const std::lock_guard lock(mutex_);
    if (computed) {
      const bool right = *computed && login.user_exists;
      memory_.remember(digest, right);
      answer = settle(login, right, true);
    } else {
      lockout_.given_up(from);
      answer = Admission{Kind::busy, seconds{1}};
    }
  }
  wipe(credentials->password);
  for (const Outcome outcome : login.told) audit_(from, credentials->user, outcome);
  return *answer;
}

Admission LoginGuard::admit(const std::shared_ptr<const WebConfig>& config, const IpAddress& from,
                            std::string_view authorization) {
  {
    const std::lock_guard lock(mutex_);
    if (config_ != config) {
      config_ = config;
      memory_.forget_all();
      if (!(bucket_.limit() == config->rate_limit)) bucket_ = TokenBucket(config->rate_limit, clock_.steady());
    }
    if (!bucket_.take(clock_.steady())) {
      return {Kind::too_fast, std::max(seconds{1}, std::chrono::ceil<seconds>(config->rate_limit.interval))};
    }
  }
  if (config->users.empty()) return {};
  return check_login(*config, from, authorization);
}

}  // namespace taara
