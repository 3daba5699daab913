// SPDX-License-Identifier: Apache-2.0
#include "core/login_lockout.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

using Answer = LoginLockout::Answer;
using std::chrono::minutes;

class Lockout : public testing::Test {
 protected:
  static IpAddress v4(std::uint8_t last) { return *parse_ipv4("192.0.2." + std::to_string(last)); }
  void fail(const IpAddress& from, int times = 1) {
    for (int i = 0; i < times; ++i) {
      ASSERT_EQ(lockout_.begin(from, now_), Answer::go_on);
      lockout_.failed(from, now_);
    }
  }
  LoginLockout lockout_;
  Steady now_{std::chrono::hours{100}};
};

TEST_F(Lockout, FiveFailuresLockAnAddressAndNoOther) {
  fail(v4(1), 4);
  EXPECT_EQ(lockout_.locked_for(v4(1), now_), seconds{0});
  fail(v4(1));
  EXPECT_EQ(lockout_.begin(v4(1), now_), Answer::locked);
  EXPECT_EQ(lockout_.locked_for(v4(1), now_), minutes{15});
  EXPECT_EQ(lockout_.begin(v4(2), now_), Answer::go_on);
}

TEST_F(Lockout, ItEndsFifteenMinutesAfterTheLastFailure) {
  fail(v4(1), 4);
  now_ += minutes{10};
  fail(v4(1));
  now_ += minutes{15} - milliseconds{1};
  EXPECT_EQ(lockout_.begin(v4(1), now_), Answer::locked);
  EXPECT_EQ(lockout_.locked_for(v4(1), now_), seconds{1});
  now_ += milliseconds{1};
  EXPECT_EQ(lockout_.locked_for(v4(1), now_), seconds{0});
  fail(v4(1), 5);  // and all five are there again
  EXPECT_EQ(lockout_.begin(v4(1), now_), Answer::locked);
}

TEST_F(Lockout, FailuresOlderThanFifteenMinutesAreForgotten) {
  for (int i = 0; i < 40; ++i) {
    fail(v4(1));
    now_ += minutes{4};  // never five within fifteen
  }
  EXPECT_EQ(lockout_.locked_for(v4(1), now_), seconds{0});
}

TEST_F(Lockout, ParallelGuessesGainNothing) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(lockout_.begin(v4(1), now_), Answer::go_on);
  EXPECT_EQ(lockout_.begin(v4(1), now_), Answer::too_many_at_once);
  lockout_.given_up(v4(1));
  EXPECT_EQ(lockout_.begin(v4(1), now_), Answer::go_on);
  for (int i = 0; i < 5; ++i) lockout_.failed(v4(1), now_);
  EXPECT_EQ(lockout_.begin(v4(1), now_), Answer::locked);
}

TEST_F(Lockout, ALoginOfOnesOwnDoesNotClearTheGuessesAtAnothers) {
  fail(v4(1), 4);
  ASSERT_EQ(lockout_.begin(v4(1), now_), Answer::go_on);
  lockout_.succeeded(v4(1));
  fail(v4(1));
  EXPECT_EQ(lockout_.begin(v4(1), now_), Answer::locked);
}

TEST_F(Lockout, AnIPv6ClientIsItsNetworkOf64Bits) {
  fail(*parse_ipv6("2001:db8:0:1::1"), 3);
  fail(*parse_ipv6("2001:db8:0:1:ffff::2"), 2);
  EXPECT_EQ(lockout_.begin(*parse_ipv6("2001:db8:0:1::3"), now_), Answer::locked);
  EXPECT_EQ(lockout_.begin(*parse_ipv6("2001:db8:0:2::3"), now_), Answer::go_on);
  fail(v4(1), 5);
  EXPECT_EQ(lockout_.begin(*parse_ipv6("::ffff:192.0.2.1"), now_), Answer::locked);
}

TEST_F(Lockout, TheTableIsBoundedAndForgetsTheOldestFirst) {
  const auto numbered = [](unsigned number) {
    IpAddress address;
    address.bytes = {10, 0, static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number & 0xFFU)};
    return address;
  };
  for (unsigned i = 0; i < 5000; ++i) {
    fail(numbered(i));
    now_ += milliseconds{1};
  }
  EXPECT_EQ(lockout_.size(), LoginLockout::kMostAddresses);
  fail(numbered(4999), 4);
  EXPECT_EQ(lockout_.begin(numbered(4999), now_), Answer::locked);
}

TEST_F(Lockout, GoodLoginsLeaveNothingBehind) {
  for (std::uint8_t i = 0; i < 200; ++i) {
    ASSERT_EQ(lockout_.begin(v4(i), now_), Answer::go_on);
    lockout_.succeeded(v4(i));
  }
  EXPECT_EQ(lockout_.size(), 0U);
}

}  // namespace
}  // namespace taara
