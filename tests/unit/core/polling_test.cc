// SPDX-License-Identifier: Apache-2.0
// The policy towards the line, rule by rule. polling_property_test.cc runs it through weeks.
#include "core/polling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

namespace taara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Time kStart{seconds{1'800'000'000}};
constexpr Polling kUsual{};
constexpr Polling kEager{.interval = minutes{10}, .min_interval = minutes{5}};

PollSummary good() {
  PollSummary summary;
  summary.usable = true;
  return summary;
}
PollSummary bad(PollError error, bool reached = true) {
  PollSummary summary;
  summary.error = error;
  summary.reached = reached;
  return summary;
}

struct Line {  // a household's state, fed with one poll after the other
  Polling polling = kUsual;
  Pressure pressure = {};
  PollingState state = {};
  Time now = kStart;
  std::vector<Time> reached = {};

  void poll(const PollSummary& summary) {
    state = after_poll(state, summary, now, pressure, polling);
    if (summary.reached) reached.push_back(now);
  }
  [[nodiscard]] seconds wait(double random = 0.5) const {
    return next_poll(state, reached, polling, random, now) - now;
  }
  void poll_on_schedule(const PollSummary& summary, int times = 1) {
    for (int i = 0; i < times; ++i) {
      now += wait();
      poll(summary);
    }
  }
};

TEST(PollingInterval, FollowsTheMode) {
  const auto of = [](PollingMode mode, minutes interval, minutes least) {
    return interval_of(mode, {.interval = interval, .min_interval = least});
  };
  EXPECT_EQ(of(PollingMode::normal, minutes{10}, minutes{10}), minutes{10});
  EXPECT_EQ(of(PollingMode::conservative, minutes{10}, minutes{10}), minutes{15});
  EXPECT_EQ(of(PollingMode::conservative, minutes{60}, minutes{10}), minutes{60});
  EXPECT_EQ(of(PollingMode::backoff, minutes{10}, minutes{10}), minutes{30});
  EXPECT_EQ(of(PollingMode::backoff, minutes{60}, minutes{10}), minutes{60});
  EXPECT_EQ(of(PollingMode::aggressive, minutes{10}, minutes{10}), minutes{10});
  EXPECT_EQ(of(PollingMode::aggressive, minutes{10}, minutes{5}), minutes{5});
  EXPECT_EQ(of(PollingMode::aggressive, minutes{2}, minutes{1}), minutes{2});
}

TEST(NextPoll, TheFirstIsNow) { EXPECT_EQ(Line{}.wait(), seconds{0}); }

TEST(NextPoll, AfterAUsablePollOneIntervalAndWhateverTheRandom) {
  Line line;
  line.poll(good());
  for (const double random : {0.0, 0.5, 0.999, -1.0, 7.0}) EXPECT_EQ(line.wait(random), minutes{10});
  line.now += minutes{3};
  EXPECT_EQ(line.wait(), minutes{7});
}

TEST(NextPoll, C09_AfterALongSuspensionOnePollIsDueNowAndNotMany) {
  Line line;
  line.poll(good());
  line.now += hours{8};
  EXPECT_EQ(line.wait(), seconds{0});
  line.poll(good());
  EXPECT_EQ(line.wait(), minutes{10});
}

TEST(NextPoll, R36_AFailureThatReachedTheLineCountsLikeAnyPoll) {
  for (const PollError error : {PollError::http_5xx, PollError::timeout, PollError::not_json, PollError::auth}) {
    Line line;
    line.poll(bad(error));
    EXPECT_EQ(line.wait(0), minutes{10});
  }
}

TEST(NextPoll, AFailureThatNeverReachedTheLineIsTriedSooner) {
  const seconds usual[] = {seconds{60}, seconds{120}, seconds{240}, seconds{480}};
  Line line;
  for (const seconds expected : usual) {
    line.poll(bad(PollError::dns, false));
    EXPECT_EQ(line.wait(0.5), expected);
    EXPECT_EQ(line.wait(0), std::max(seconds{60}, expected * 8 / 10));
    EXPECT_GE(line.wait(0.9999), expected);
    EXPECT_LE(line.wait(0.9999), expected * 12 / 10);
    line.now += line.wait();
  }
}

TEST(NextPoll, ATrialIsNeverNearerThanTheMinimumToThePollThatLastReachedTheLine) {
  Line line;
  line.poll(good());
  line.now += minutes{1};  // somebody asked for a poll by hand, and the network was gone
  line.poll(bad(PollError::connect, false));
  EXPECT_EQ(line.wait(), minutes{9});
}

TEST(NextPoll, TheDaysLimitIsKeptAcrossRestarts) {
  Line line;  // a memory of 144 polls within the last 24 hours, from when the owner allowed more
  for (int i = 0; i < 144; ++i) line.reached.push_back(kStart - minutes{20} - minutes{5} * i);
  EXPECT_EQ(kStart + line.wait(), line.reached.back() + hours{24});
  line.reached.pop_back();
  EXPECT_EQ(line.wait(), seconds{0});
}

TEST(NextPoll, TheDaysLimitFollowsTheMinimum) {
  Line line{.polling = {.interval = hours{1}, .min_interval = hours{1}}};
  for (int i = 0; i < 24; ++i) line.reached.push_back(kStart - hours{1} - minutes{50} * i);
  EXPECT_EQ(kStart + line.wait(), line.reached.back() + hours{24});
}

TEST(NextPoll, C04_APastInTheFutureIsOneIntervalAwayAndNotMore) {
  Line line;
  line.poll(good());
  for (const seconds back : {seconds{1}, seconds{3600}, seconds{86'400 * 400}}) {
    line.now = kStart - back;
    EXPECT_EQ(line.wait(), minutes{10}) << back.count();
  }
}

TEST(NextPoll, C02_HoursThatAreLivedTwiceDontStopThePolls) {
  Line line{.polling = {.interval = hours{1}, .min_interval = hours{1}}};
  line.poll_on_schedule(good(), 30);
  for (const hours back : {hours{1}, hours{12}, hours{30}}) {
    line.now -= back;
    for (int i = 0; i < back.count() + 26; ++i) {
      ASSERT_LE(line.wait(), hours{1}) << back.count() << "h back, poll " << i;
      line.poll_on_schedule(good());
    }
    EXPECT_FALSE(line.state.clock_went_back_from);
  }
}

TEST(RetryAfter429, R13_TheNextPollIsNeverEarlierThanAsked) {
  Line line;
  PollSummary refused = bad(PollError::rate_limited);
  refused.retry_after = hours{1};
  refused.took = seconds{5};
  line.poll(refused);
  EXPECT_EQ(line.wait(0), hours{1} + seconds{5});
  EXPECT_GT(line.wait(0.999), minutes{71});
  EXPECT_LE(line.wait(0.999), minutes{72} + seconds{6});
}

TEST(RetryAfter429, R13_AShortOneDoesNotShortenTheInterval) {
  Line line;
  PollSummary refused = bad(PollError::rate_limited);
  refused.retry_after = seconds{120};
  line.poll(refused);
  EXPECT_EQ(line.state.not_before, kStart + seconds{120});
  EXPECT_EQ(line.wait(), minutes{30});
}

TEST(RetryAfter429, R14_IsClampedBetweenAMinuteAndSixHours) {
  const std::pair<seconds, seconds> cases[] = {{seconds{-5}, seconds{60}},
                                               {seconds{0}, seconds{60}},
                                               {seconds{61}, seconds{61}},
                                               {seconds{99'999'999'999}, hours{6}}};
  for (const auto& [asked, taken] : cases) {
    PollSummary refused = bad(PollError::rate_limited);
    refused.retry_after = asked;
    EXPECT_EQ(after_poll({}, refused, kStart, {}, kUsual).not_before, kStart + taken);
  }
  EXPECT_FALSE(after_poll({}, bad(PollError::rate_limited), kStart, {}, kUsual).not_before);
}

TEST(RetryAfter429, IsForgottenWithTheNextPollAndCountsFromNowWhenTheClockWentBack) {
  Line line;
  PollSummary refused = bad(PollError::rate_limited);
  refused.retry_after = hours{2};
  line.poll(refused);
  line.now -= hours{24};
  EXPECT_EQ(line.wait(0), hours{2});
  line.now += hours{30};
  line.poll(good());
  EXPECT_FALSE(line.state.not_before);
}

TEST(PollingMode, ThreeFailuresInARowOrA429LeadToBackoff) {
  Line line;
  line.poll_on_schedule(bad(PollError::http_5xx), 2);
  EXPECT_EQ(line.state.mode, PollingMode::normal);
  line.poll_on_schedule(bad(PollError::http_5xx));
  EXPECT_EQ(line.state.mode, PollingMode::backoff);
  EXPECT_EQ(line.wait(), minutes{30});

  Line limited;
  limited.poll(bad(PollError::rate_limited));
  EXPECT_EQ(limited.state.mode, PollingMode::backoff);
}

TEST(PollingMode, TenSuccessesLeadBackOneStep) {
  Line line;
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
  Line line{.pressure = {.machine = true}};
  line.poll(good());
  EXPECT_EQ(line.state.mode, PollingMode::conservative);
  line.poll_on_schedule(good(), 30);
  EXPECT_EQ(line.state.mode, PollingMode::conservative);
  line.pressure.machine = false;
  line.poll_on_schedule(good());
  EXPECT_EQ(line.state.mode, PollingMode::normal);
}

TEST(PollingMode, LittleLeftMakesAggressiveOnlyWhereTheOwnerAllowsIt) {
  Line shy{.pressure = {.nearly_used_up = true}};
  shy.poll(good());
  EXPECT_EQ(shy.state.mode, PollingMode::normal);

  Line line{.polling = kEager, .pressure = {.nearly_used_up = true}};
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
  Line line{.polling = kEager, .pressure = {.nearly_used_up = true}};
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
  state.mode_since = kStart + hours{9000};
  state = after_poll(state, bad(PollError::rate_limited), kStart, {}, kUsual);
  EXPECT_EQ(state.mode, PollingMode::normal);
  state = after_poll(state, bad(PollError::rate_limited), kStart + minutes{30}, {}, kUsual);
  EXPECT_EQ(state.mode, PollingMode::backoff);
}

TEST(Breaker, OpensAfterFiveFailuresAndTriesAtDoublingDistances) {
  Line line;
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
  Line line;
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
  Line line;
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
  Line line;
  line.poll(rejected());
  EXPECT_FALSE(may_log_in(line.state, SourceKind::taara, "v1", kStart + hours{24} - seconds{1}));
  EXPECT_TRUE(may_log_in(line.state, SourceKind::taara, "v1", kStart + hours{24}));
  EXPECT_TRUE(may_log_in(line.state, SourceKind::taara, "v2", kStart + seconds{1}));
  EXPECT_TRUE(may_log_in(line.state, SourceKind::router, "v2", kStart + seconds{1}));
}

TEST(LoginCaution, R17_ANewSecretStartsThePaceAgain) {
  Line line;
  for (int i = 0; i < 3; ++i) line.poll(rejected());
  EXPECT_EQ(line.state.login_rejections, 3u);
  line.poll(rejected("v2"));
  EXPECT_EQ(line.state.login_rejections, 1u);
}

TEST(LoginCaution, R18_ASuccessForgetsEveryRejection) {
  Line line;
  line.poll(rejected());
  line.poll(bad(PollError::timeout));
  EXPECT_EQ(line.state.login_rejections, 1u);
  line.poll(good());
  EXPECT_EQ(line.state.login_rejections, 0u);
  EXPECT_FALSE(line.state.last_login_rejected);
  EXPECT_TRUE(may_log_in(line.state, SourceKind::taara, "v1", line.now));
}

TEST(LoginCaution, C10_ARejectionFarInTheFutureDoesNotLockOutForEver) {
  Line line;
  line.poll(rejected());
  EXPECT_FALSE(may_log_in(line.state, SourceKind::taara, "v1", kStart - hours{1}));
  EXPECT_TRUE(may_log_in(line.state, SourceKind::taara, "v1", kStart - hours{9000}));
}

TEST(LoginCaution, R19_ALockedSessionIsLeftAloneForTenMinutes) {
  Line line{.polling = {.interval = minutes{1}, .min_interval = minutes{1}}};
  line.poll(bad(PollError::locked));
  EXPECT_EQ(line.wait(0), minutes{10});
}

TEST(Retry, R42_ThreeTimesAtDoublingDistancesWithJitter) {
  for (const auto& [attempt, least] : {std::pair{1U, 300}, std::pair{2U, 600}, std::pair{3U, 1200}}) {
    EXPECT_EQ(retry_delay(attempt, 0), milliseconds{least});
    EXPECT_EQ(retry_delay(attempt, 0.5), milliseconds{least * 3 / 2});
    EXPECT_LT(retry_delay(attempt, 0.9999), milliseconds{least * 2});
  }
  EXPECT_FALSE(retry_delay(0, 0));
  EXPECT_FALSE(retry_delay(4, 0));
  EXPECT_EQ(retry_delay(1, std::numeric_limits<double>::quiet_NaN()), milliseconds{300});
}

TEST(Retry, OnlyWhatMayBeOverInAMoment) {
  std::set<std::string_view> kinds;
  for (std::size_t i = 0; i < kPollErrorNames.size(); ++i) {
    if (worth_retrying(static_cast<PollError>(i))) kinds.insert(kPollErrorNames.at(i));
  }
  EXPECT_EQ(kinds, (std::set<std::string_view>{"connect", "timeout"}));
  std::set<int> statuses;
  for (int status = 0; status < 1000; ++status) {
    if (worth_retrying(status)) statuses.insert(status);
  }
  EXPECT_EQ(statuses, (std::set<int>{500, 502, 503, 504}));
}

}  // namespace
}  // namespace taara
