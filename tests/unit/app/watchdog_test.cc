// SPDX-License-Identifier: Apache-2.0
#include "app/watchdog.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

class HeldClock : public Clock {
 public:
  [[nodiscard]] Time wall() const override { return Time(seconds{1'700'000'000}); }
  [[nodiscard]] Steady steady() const override { return now; }
  Steady now = Steady(seconds{1000});
};

class WatchdogTest : public testing::Test {
 protected:
  Watchdog watched(std::optional<milliseconds> limit = milliseconds{120'000}) {
    return Watchdog({.clock = clock_,
                     .limit = limit,
                     .turns = [this] { return turns_; },
                     .answers = [this] { return answers_; },
                     .web_answers =
                         [this] {
                           ++asked_;
                           return web_answers_;
                         },
                     .say_alive = [this] { ++said_; }});
  }
  // Lets time pass as the main thread would, in steps of what the watchdog lets it rest.
  void pass(Watchdog& watchdog, milliseconds time, bool poller_works) {
    for (const Steady end = clock_.now + time; clock_.now < end;) {
      clock_.now += std::max(*watchdog.idle(), milliseconds{1});
      if (poller_works) ++turns_;
      watchdog.look();
    }
  }

  HeldClock clock_;
  std::uint64_t turns_ = 0, answers_ = 0;
  bool web_answers_ = true;
  int asked_ = 0, said_ = 0;
};

TEST_F(WatchdogTest, SpeaksAtLeastAtHalfTheLimitWhileBothGetOn) {
  Watchdog watchdog = watched();
  pass(watchdog, milliseconds{600'000}, true);
  EXPECT_GE(said_, 600 / 60);
  EXPECT_LE(said_, 600 / 30) << "and not more often than it looks";
}

TEST_F(WatchdogTest, P05_APollerThatHangsFeedsNothing) {
  Watchdog watchdog = watched();
  pass(watchdog, milliseconds{600'000}, false);
  EXPECT_EQ(said_, 0);
  pass(watchdog, milliseconds{30'000}, true);
  EXPECT_EQ(said_, 1) << "it went on";
}

TEST_F(WatchdogTest, P05_AWebSideThatHangsFeedsNothing) {
  web_answers_ = false;
  Watchdog watchdog = watched();
  pass(watchdog, milliseconds{600'000}, true);
  EXPECT_EQ(said_, 0);
  EXPECT_GT(asked_, 0);
}

TEST_F(WatchdogTest, UnderAFloodAnswersToOthersCount) {
  web_answers_ = false;
  Watchdog watchdog = watched();
  ++answers_;
  pass(watchdog, milliseconds{30'000}, true);
  EXPECT_EQ(said_, 1);
  pass(watchdog, milliseconds{600'000}, true);
  EXPECT_EQ(said_, 1) << "the same answer doesn't count again";
}

TEST_F(WatchdogTest, SignalsNeitherHastenNorDelayIt) {
  Watchdog watchdog = watched();
  for (int i = 0; i < 290; ++i) {  // 29 s of reloads
    clock_.now += milliseconds{100};
    ++turns_;
    watchdog.look();
  }
  EXPECT_EQ(asked_, 0);
  EXPECT_LE(*watchdog.idle(), milliseconds{1001});
  clock_.now += milliseconds{1000};
  watchdog.look();
  EXPECT_EQ(said_, 1);
}

TEST_F(WatchdogTest, WithoutOneThereIsNothingToDo) {
  Watchdog watchdog = watched(std::nullopt);
  EXPECT_EQ(watchdog.idle(), std::nullopt);
  clock_.now += seconds{1000};
  ++turns_;
  watchdog.look();
  EXPECT_EQ(asked_ + said_, 0);
}

}  // namespace
}  // namespace taara
