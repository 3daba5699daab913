// SPDX-License-Identifier: Apache-2.0
// Weeks of polls with random outcomes, jumping clocks and restarts: the limits towards the line must hold in true time.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "core/polling.h"

namespace taara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr seconds kDay{86'400};

struct Week {
  Polling polling;
  bool clock_jumps = false;
  bool restarts = false;
  unsigned seed = 0;
};

class Simulation {
 public:
  explicit Simulation(const Week& week) : week_(week), random_(week.seed) {}

  void run(seconds length) {
    while (true_time_ < length && !::testing::Test::HasFatalFailure()) {
      const Time due = next_poll(state_, remembered(), week_.polling, unit_(random_), wall());
      check_wait(due - wall());
      if (::testing::Test::HasFatalFailure() || !wait(due - wall())) continue;
      poll();
    }
    check_limits();
  }

  [[nodiscard]] std::size_t polls() const { return polls_; }

 private:
  [[nodiscard]] Time wall() const { return Time{seconds{1'800'000'000}} + true_time_ + clock_error_; }
  bool happens(double probability) { return unit_(random_) < probability; }

  // What the store knows of the last 24 hours, by the clock as it is.
  [[nodiscard]] std::vector<Time> remembered() const {
    return {reached_wall_.upper_bound(wall() - kDay), reached_wall_.end()};
  }

  // False when the daemon was started anew meanwhile, so that the plan is made again.
  bool wait(seconds length) {
    if (week_.restarts && happens(0.1)) {
      true_time_ += scaled(length, unit_(random_));
      return false;
    }
    true_time_ += length;
    // A wait runs on the steady clock, so jumps don't change it.
    if (week_.clock_jumps && happens(0.02)) {
      const double size = std::pow(10.0, 1 + 6 * unit_(random_));  // ten seconds to four months
      clock_error_ += seconds{static_cast<seconds::rep>(happens(0.5) ? size : -size)};
    }
    return true;
  }

  void poll() {
    ++polls_;
    PollSummary summary;
    trouble_ = happens(0.05) ? !trouble_ : trouble_;  // bad times come in runs
    summary.usable = !happens(trouble_ ? 0.9 : 0.02);
    if (!summary.usable) {
      const PollError errors[] = {PollError::dns,          PollError::connect,  PollError::tls,    PollError::timeout,
                                  PollError::rate_limited, PollError::http_5xx, PollError::locked, PollError::auth};
      summary.error = errors[std::uniform_int_distribution<std::size_t>(0, 7)(random_)];
      summary.reached = *summary.error > PollError::tls && !(summary.error == PollError::timeout && happens(0.5));
      if (*summary.error == PollError::rate_limited && happens(0.5)) {
        summary.retry_after = seconds{static_cast<seconds::rep>(40'000 * unit_(random_) - 5'000)};
      }
    }
    summary.took = seconds{static_cast<seconds::rep>(60 * unit_(random_))};
    const Pressure pressure{.machine = happens(0.1), .nearly_used_up = happens(0.3)};
    const PollingState before = state_;
    state_ = after_poll(before, summary, wall(), pressure, week_.polling);
    if (summary.reached) {
      reached_true_.push_back(true_time_);
      reached_wall_.insert(wall());
    }
    check_state(before, summary);
    true_time_ += summary.took;
  }

  void check_wait(seconds wait) const {
    ASSERT_GE(wait, seconds{0});
    const seconds longest = std::max({interval_of(PollingMode::backoff, week_.polling), seconds{minutes{30}},
                                      state_.not_before ? seconds{hours{6}} * 12 / 10 + seconds{60} : seconds{0}});
    ASSERT_LE(wait, longest) << "seed " << week_.seed << " at " << true_time_.count();
  }

  void check_state(const PollingState& before, const PollSummary& summary) {
    if (state_.mode != before.mode) {
      const seconds kept = mode_changed_ ? true_time_ - *mode_changed_ : kDay;
      ASSERT_GE(kept, seconds{week_.clock_jumps ? 0 : 1800});
      mode_changed_ = true_time_;
      ASSERT_TRUE(state_.mode != PollingMode::aggressive || week_.polling.min_interval <= minutes{5});
    }
    ASSERT_EQ(state_.failures_in_row, summary.usable ? 0 : before.failures_in_row + 1);
    ASSERT_EQ(state_.breaker_open, state_.failures_in_row >= 5);
    ASSERT_EQ(state_.breaker_trials, state_.breaker_open ? state_.failures_in_row - 5 : 0);
  }

  void check_limits() const {
    const auto most = static_cast<std::size_t>(kDay / week_.polling.min_interval);
    for (std::size_t i = 1; i < reached_true_.size(); ++i) {
      ASSERT_GE(reached_true_[i] - reached_true_[i - 1], week_.polling.min_interval) << "seed " << week_.seed;
      ASSERT_TRUE(i < most || reached_true_[i] - reached_true_[i - most] >= kDay) << "seed " << week_.seed;
    }
  }

  static seconds scaled(seconds length, double factor) {
    return seconds{static_cast<seconds::rep>(static_cast<double>(length.count()) * factor)};
  }

  Week week_;
  std::mt19937 random_;
  std::uniform_real_distribution<double> unit_{0, 1};
  seconds true_time_{0};
  seconds clock_error_{0};
  PollingState state_;
  bool trouble_ = false;
  std::size_t polls_ = 0;
  std::optional<seconds> mode_changed_;
  std::vector<seconds> reached_true_;
  std::multiset<Time> reached_wall_;
};

constexpr Polling kUsual{};
constexpr Polling kEager{.interval = minutes{10}, .min_interval = minutes{5}};
constexpr Polling kOdd{.interval = seconds{420}, .min_interval = seconds{420}};  // doesn't divide the day
constexpr Polling kSlow{.interval = hours{2}, .min_interval = minutes{10}};

TEST(PollingProperty, TheLimitsHoldWhateverTheLineAnswers) {
  for (const Polling& polling : {kUsual, kEager, kOdd, kSlow}) {
    for (unsigned seed = 0; seed < 4; ++seed) {
      Simulation simulation({.polling = polling, .seed = seed});
      ASSERT_NO_FATAL_FAILURE(simulation.run(kDay * 14));
      EXPECT_GT(simulation.polls(), 100u);
    }
  }
}

TEST(PollingProperty, TheLimitsHoldAcrossRestarts) {
  for (const Polling& polling : {kUsual, kEager, kOdd}) {
    for (unsigned seed = 100; seed < 104; ++seed) {
      Simulation simulation({.polling = polling, .restarts = true, .seed = seed});
      ASSERT_NO_FATAL_FAILURE(simulation.run(kDay * 14));
    }
  }
}

TEST(PollingProperty, C01_C02_TheLimitsHoldAndPollsGoOnWhenTheClockJumps) {
  for (const Polling& polling : {kUsual, kEager}) {
    for (unsigned seed = 200; seed < 208; ++seed) {
      Simulation simulation({.polling = polling, .clock_jumps = true, .seed = seed});
      ASSERT_NO_FATAL_FAILURE(simulation.run(kDay * 14));
      EXPECT_GT(simulation.polls(), 400u);  // backoff and six-hour pauses included
    }
  }
}

}  // namespace
}  // namespace taara
