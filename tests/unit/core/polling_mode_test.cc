// SPDX-License-Identifier: Apache-2.0
// Modes, breaker and caution with logins, rule by rule.
#include <gtest/gtest.h>

#include "core/polling.h"
#include "unit/core/polling_fixture.h"

namespace taara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(PollingMode, ThreeFailuresInARowOrA429LeadToBackoff) {
  PolledLine line;
  line.poll_on_schedule(bad(PollError::http_5xx), 2);
  EXPECT_EQ(line.state.mode, PollingMode::normal);
  line.poll_on_schedule(bad(PollError::http_5xx));
  EXPECT_EQ(line.state.mode, PollingMode::backoff);
  EXPECT_EQ(line.wait(), minutes{30});

  PolledLine limited;
  limited.poll(bad(PollError::rate_limited));
  EXPECT_EQ(limited.state.mode, PollingMode::backoff);
}

TEST(PollingMode, TenSuccessesLeadBackOneStep) {
  PolledLine line;
  line.poll(bad(PollError::rate_limited));
  line.poll_on_schedule(good(), 9);
  EXPECT_EQ(line.state.mode, PollingMode::backoff);
  line.poll_on_schedule(good());
  EXPECT_EQ(line.state.mode, PollingMode::conservative);
  line.poll_on_schedule(good(), 9);
  EXPECT_EQ(line.state.mode, PollingMode::conservative);
  line.poll_on_schedule(good());
  EXPECT_EQ(line.state.mode, PollingMode::normal);
}

TEST(PollingMode, PressureOnTheMachineMakesConservativeAndKeepsIt) {
  PolledLine line{.pressure = {.machine = true}};
  line.poll(good());
  EXPECT_EQ(line.state.mode, PollingMode::conservative);
  line.poll_on_schedule(good(), 30);
  EXPECT_EQ(line.state.mode, PollingMode::conservative);
  line.pressure.machine = false;
  line.poll_on_schedule(good());
  EXPECT_EQ(line.state.mode, PollingMode::normal);
}

TEST(PollingMode, LittleLeftMakesAggressiveOnlyWhereTheOwnerAllowsIt) {
  PolledLine shy{.pressure = {.nearly_used_up = true}};
  shy.poll(good());
  EXPECT_EQ(shy.state.mode, PollingMode::normal);

  PolledLine line{.polling = kEager, .pressure = {.nearly_used_up = true}};
  line.poll(good());
  EXPECT_EQ(line.state.mode, PollingMode::aggressive);
  EXPECT_EQ(line.wait(), minutes{5});
  line.pressure = {};
  line.poll_on_schedule(good(), 10);
  EXPECT_EQ(line.state.mode, PollingMode::normal);
  line.pressure = {.machine = true, .nearly_used_up = true};
  line.poll_on_schedule(good(), 10);
  EXPECT_EQ(line.state.mode, PollingMode::conservative);
}

TEST(PollingMode, ChangesAtMostOnceInThirtyMinutes) {
  PolledLine line{.polling = kEager, .pressure = {.nearly_used_up = true}};
  line.poll(good());
  line.pressure = {};
  line.now += minutes{29};
  line.poll(good());
  EXPECT_EQ(line.state.mode, PollingMode::aggressive);
  line.now += minutes{1};
  line.poll(good());
  EXPECT_EQ(line.state.mode, PollingMode::normal);
}

TEST(PollingMode, C04_AChangeDatedInTheFutureBlocksForHalfAnHourAtMost) {
  PollingState state;
  state.mode_since = kPollingStart + hours{9000};
  state = after_poll(state, bad(PollError::rate_limited), kPollingStart, {}, kUsual);
  EXPECT_EQ(state.mode, PollingMode::normal);
  state = after_poll(state, bad(PollError::rate_limited), kPollingStart + minutes{30}, {}, kUsual);
  EXPECT_EQ(state.mode, PollingMode::backoff);
}

TEST(Breaker, OpensAfterFiveFailuresAndTriesAtDoublingDistances) {
  PolledLine line;
  for (int i = 0; i < 4; ++i) line.poll_on_schedule(bad(PollError::connect, false));
  EXPECT_FALSE(line.state.breaker_open);
  for (const int expected : {60, 120, 240, 480, 960, 1800, 1800}) {
    line.poll_on_schedule(bad(PollError::connect, false));
    EXPECT_TRUE(line.state.breaker_open);
    EXPECT_EQ(line.wait(), seconds{expected});
  }
  line.poll_on_schedule(good());
  EXPECT_FALSE(line.state.breaker_open);
  EXPECT_EQ(line.state.breaker_trials, 0u);
}

TEST(Breaker, NeverShortensTheIntervalTowardsALineThatWasReached) {
  PolledLine line;
  for (int i = 0; i < 12; ++i) {
    line.poll_on_schedule(bad(PollError::http_5xx));
    EXPECT_GE(line.wait(), minutes{10});
    EXPECT_LE(line.wait(), minutes{30});
  }
  EXPECT_TRUE(line.state.breaker_open);
}

PollSummary rejected(std::string version = "v1") {
  PollSummary summary = bad(PollError::auth);
  summary.login_rejected = true;
  summary.secret_version = std::move(version);
  return summary;
}

TEST(LoginCaution, R17_TheRoutersPaceIsTenMinutesThenAnHourThenSix) {
  PolledLine line;
  const auto may = [&line](seconds later) {
    return may_log_in(line.state, SourceKind::router, "v1", line.now + later);
  };
  EXPECT_TRUE(may(seconds{0}));
  for (const seconds pause : {seconds{600}, seconds{3600}, seconds{21'600}, seconds{21'600}}) {
    line.poll(rejected());
    EXPECT_FALSE(may(pause - seconds{1}));
    EXPECT_TRUE(may(pause));
    line.now += pause;
  }
}

TEST(LoginCaution, R17_TheCloudIsAskedOnceADayUntilTheSecretChanges) {
  PolledLine line;
  line.poll(rejected());
  EXPECT_FALSE(may_log_in(line.state, SourceKind::taara, "v1", kPollingStart + hours{24} - seconds{1}));
  EXPECT_TRUE(may_log_in(line.state, SourceKind::taara, "v1", kPollingStart + hours{24}));
  EXPECT_TRUE(may_log_in(line.state, SourceKind::taara, "v2", kPollingStart + seconds{1}));
  EXPECT_TRUE(may_log_in(line.state, SourceKind::router, "v2", kPollingStart + seconds{1}));
}

TEST(LoginCaution, R17_ANewSecretStartsThePaceAgain) {
  PolledLine line;
  for (int i = 0; i < 3; ++i) line.poll(rejected());
  EXPECT_EQ(line.state.login_rejections, 3u);
  line.poll(rejected("v2"));
  EXPECT_EQ(line.state.login_rejections, 1u);
}

TEST(LoginCaution, R18_ASuccessForgetsEveryRejection) {
  PolledLine line;
  line.poll(rejected());
  line.poll(bad(PollError::timeout));
  EXPECT_EQ(line.state.login_rejections, 1u);
  line.poll(good());
  EXPECT_EQ(line.state.login_rejections, 0u);
  EXPECT_FALSE(line.state.last_login_rejected);
  EXPECT_TRUE(may_log_in(line.state, SourceKind::taara, "v1", line.now));
}

TEST(LoginCaution, C10_ARejectionFarInTheFutureDoesNotLockOutForEver) {
  PolledLine line;
  line.poll(rejected());
  EXPECT_FALSE(may_log_in(line.state, SourceKind::taara, "v1", kPollingStart - hours{1}));
  EXPECT_TRUE(may_log_in(line.state, SourceKind::taara, "v1", kPollingStart - hours{9000}));
}

TEST(LoginCaution, R19_ALockedSessionIsLeftAloneForTenMinutes) {
  PolledLine line{.polling = {.interval = minutes{1}, .min_interval = minutes{1}}};
  line.poll(bad(PollError::locked));
  EXPECT_EQ(line.wait(0), minutes{10});
}

}  // namespace
}  // namespace taara
