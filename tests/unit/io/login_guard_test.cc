// SPDX-License-Identifier: Apache-2.0
#include "io/login_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "io/bcrypt.h"
#include "io/watched_web_config.h"
#include "unit/io/temp_folder.h"

namespace taara {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Admission::Kind;
using Outcome = LoginGuard::Outcome;

// "right horse", at the lowest cost: a millisecond.
constexpr auto* kHash = "$2b$04$FzIN6TiBEPScsPs7Y12wROnWAmcrvQBOcohUlfjCZ9qGRMpk4GoSu";
constexpr auto* kRight = "Basic YWxpY2U6cmlnaHQgaG9yc2U=";   // alice
constexpr auto* kWrong = "Basic YWxpY2U6d3JvbmcgaG9yc2U=";   // alice
constexpr auto* kNobody = "Basic bm9ib2R5OnJpZ2h0IGhvcnNl";  // nobody, with the right password

class HeldClock : public Clock {
 public:
  [[nodiscard]] Time wall() const override { return Time{}; }
  [[nodiscard]] Steady steady() const override { return now; }
  Steady now{std::chrono::hours{5}};
};

class Guard : public testing::Test {
 protected:
  Guard() { config_->users.emplace("alice", *parse_bcrypt_hash(kHash)); }
  Kind ask(std::string_view authorization, const char* from = "192.0.2.1") {
    last_ = guard_.admit(config_, *parse_ipv4(from), authorization);
    return last_.kind;
  }
  HeldClock clock_;
  std::shared_ptr<WebConfig> config_ = std::make_shared<WebConfig>();
  std::mutex audit_mutex_;
  std::vector<Outcome> audit_;
  Admission last_;
  LoginGuard guard_{clock_, [this](const IpAddress&, std::string_view user, Outcome outcome) {
                      EXPECT_FALSE(user.empty());
                      const std::lock_guard lock(audit_mutex_);  // it comes from every thread that asks
                      audit_.push_back(outcome);
                    }};
};

TEST(Bcrypt, TellsRightFromWrong) {
  const BcryptHash hash = *parse_bcrypt_hash(kHash);
  EXPECT_TRUE(bcrypt_matches(hash, "right horse"));
  EXPECT_FALSE(bcrypt_matches(hash, "right hors"));
  EXPECT_FALSE(bcrypt_matches(hash, std::string("right horse\0more", 16)));
  EXPECT_FALSE(bcrypt_matches(hash, ""));
  EXPECT_FALSE(bcrypt_matches(hash_of_nobody(4), ""));
  BcryptHash as_htpasswd = hash;
  as_htpasswd.text[2] = 'y';
  EXPECT_TRUE(bcrypt_matches(as_htpasswd, "right horse"));
}

TEST_F(Guard, WithoutUsersEverybodyPasses) {
  config_->users.clear();
  EXPECT_EQ(ask(""), Kind::passes);
}

TEST_F(Guard, ThePasswordDecides) {
  EXPECT_EQ(ask(kRight), Kind::passes);
  EXPECT_EQ(ask(kRight), Kind::passes);
  EXPECT_EQ(ask(""), Kind::password_needed);
  EXPECT_EQ(ask("Basic ???"), Kind::password_needed);
  EXPECT_EQ(ask(kWrong), Kind::password_needed);
  EXPECT_EQ(ask(kNobody), Kind::password_needed);
  EXPECT_THAT(audit_, ElementsAre(Outcome::first_login, Outcome::wrong_password, Outcome::unknown_user));
}

// The hole of GHSA-4v48-4q5m-8vx4: user, hash and password run together must not be taken for others.
TEST_F(Guard, H07_TheMemoryCannotBeFooledByShiftingTheParts) {
  EXPECT_EQ(ask(kNobody), Kind::password_needed);
  EXPECT_EQ(ask(kNobody), Kind::password_needed);
  config_->users.emplace("alic", hash_of_nobody(4));
  EXPECT_EQ(ask("Basic YWxpYzplcmlnaHQgaG9yc2U="), Kind::password_needed);  // alic / eright horse
}

TEST_F(Guard, FiveWrongOnesLockTheAddressForFifteenMinutes) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(kWrong), Kind::password_needed);  // four of them from memory
  EXPECT_EQ(ask(kRight), Kind::locked_out);
  EXPECT_EQ(last_.retry_after, seconds{900});
  EXPECT_EQ(ask(""), Kind::locked_out);
  EXPECT_EQ(ask(kRight, "192.0.2.2"), Kind::passes);
  clock_.now += seconds{899};
  EXPECT_EQ(ask(kRight), Kind::locked_out);
  clock_.now += seconds{1};
  EXPECT_EQ(ask(kRight), Kind::passes);
  EXPECT_EQ(std::count(audit_.begin(), audit_.end(), Outcome::wrong_password), 5);
  EXPECT_EQ(std::count(audit_.begin(), audit_.end(), Outcome::locked_out), 1);  // said once, not for each request
}

TEST_F(Guard, RequestsWithoutAPasswordLockNobodyOut) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(ask(""), Kind::password_needed);
  EXPECT_EQ(ask(kRight), Kind::passes);
  EXPECT_THAT(audit_, ElementsAre(Outcome::first_login));
}

TEST_F(Guard, AChangedFileHoldsAtOnce) {
  EXPECT_EQ(ask(kRight), Kind::passes);
  config_ = std::make_shared<WebConfig>();
  config_->users.emplace("alice", hash_of_nobody(4));
  EXPECT_EQ(ask(kRight), Kind::password_needed);
  config_ = std::make_shared<WebConfig>();
  config_->users.emplace("alice", *parse_bcrypt_hash(kHash));
  EXPECT_EQ(ask(kRight), Kind::passes);
}

TEST_F(Guard, TheRateLimitComesFirst) {
  config_->rate_limit = {milliseconds{2500}, 2};
  EXPECT_EQ(ask(kRight), Kind::passes);
  EXPECT_EQ(ask(kRight), Kind::passes);
  EXPECT_EQ(ask(kRight), Kind::too_fast);
  EXPECT_EQ(last_.retry_after, seconds{3});
  clock_.now += milliseconds{2500};
  EXPECT_EQ(ask(kRight), Kind::passes);
}

// However many ask at once, no address has more than five guesses looked at, and the others are told to wait.
TEST_F(Guard, H07_ParallelGuessesAreBoundedAndGoodOnesGetThrough) {
  ASSERT_EQ(ask(kRight, "192.0.2.9"), Kind::passes);
  audit_.clear();
  std::mutex mutex;
  std::vector<Kind> kinds;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i)
      threads.emplace_back([&, i] {
        // user "a", passwords of two letters: all different, none in the memory
        static constexpr std::string_view kFirst = "QRSTUVWXYZabcdef";
        const std::string header = std::string("Basic YTph") + kFirst[static_cast<std::size_t>(i)] + "A==";
        const Admission admission = guard_.admit(config_, *parse_ipv4("192.0.2.1"), header);
        const std::lock_guard lock(mutex);
        kinds.push_back(admission.kind);
      });
  }
  EXPECT_LE(std::count(kinds.begin(), kinds.end(), Kind::password_needed), 5);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), Kind::passes), 0);
  EXPECT_EQ(ask(kRight, "192.0.2.9"), Kind::passes);
}

class Watched : public testing::Test {
 protected:
  void open(const std::string& yaml, bool keep_out = false) {
    folder_.file("web.yml", yaml);
    auto opened =
        WatchedWebConfig::open(folder_.path("web.yml"), keep_out,
                               [this](const std::vector<ConfigProblem>& problems, const std::vector<std::string>&) {
                                 told_.push_back(problems.empty() ? "taken" : problems.front().text);
                               });
    if (auto* watched = std::get_if<std::unique_ptr<WatchedWebConfig>>(&opened)) watched_ = std::move(*watched);
  }
  std::size_t users() { return watched_->current()->config.users.size(); }
  static std::string users_of(std::initializer_list<std::string> names) {
    std::string yaml = "basic_auth_users:\n";
    for (const auto& name : names) yaml += "  " + name + ": " + kHash + "\n";
    return yaml;
  }
  TempFolder folder_;
  std::vector<std::string> told_;
  std::unique_ptr<WatchedWebConfig> watched_;
};

TEST_F(Watched, AChangedFileIsTakenAtTheNextLook) {
  open(users_of({"alice"}));
  EXPECT_EQ(users(), 1U);
  folder_.file("web.yml", users_of({"alice", "bob"}));
  EXPECT_EQ(users(), 2U);
  EXPECT_EQ(users(), 2U);
  EXPECT_THAT(told_, ElementsAre("taken"));
}

// An editor or cp empties a file before it fills it.
TEST_F(Watched, AFileCaughtWhileItIsWrittenOpensNoDoor) {
  open(users_of({"alice"}));
  for (const auto* half : {"", "http_server_config: {http2: true}\n"}) {
    folder_.file("web.yml", half);
    EXPECT_EQ(users(), 1U) << half;
  }
  folder_.file("web.yml", users_of({"alice", "bob"}));
  EXPECT_EQ(users(), 2U);
}

TEST_F(Watched, ABadFileKeepsTheOldOneAndIsToldOnce) {
  open(users_of({"alice"}));
  folder_.file("web.yml", "basic_auth_users: {alice: secret}\n");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(users(), 1U);
  }
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_NE(told_[0].find("bcrypt"), std::string::npos);
  std::filesystem::remove(folder_.path("web.yml"));
  EXPECT_EQ(users(), 1U);
  EXPECT_EQ(told_.size(), 2U);
  folder_.file("web.yml", users_of({"alice", "bob", "carol"}));
  EXPECT_EQ(users(), 3U);
  EXPECT_EQ(told_.back(), "taken");
}

TEST_F(Watched, ReloadReadsAtOnceAndSaysWhatIsWrong) {
  open(users_of({"alice"}));
  folder_.file("web.yml", users_of({"alice", "bob"}));
  EXPECT_THAT(watched_->reload(), IsEmpty());
  EXPECT_EQ(users(), 2U);
  folder_.file("web.yml", "tls_server_confg: 1\n");
  EXPECT_EQ(watched_->reload().size(), 1U);
  EXPECT_EQ(users(), 2U);
}

TEST_F(Watched, WhereOthersReachUsAFileThatLetsThemInIsRefused) {
  open(users_of({"alice"}), true);
  EXPECT_EQ(watched_, nullptr);  // no TLS
}

}  // namespace
}  // namespace taara
