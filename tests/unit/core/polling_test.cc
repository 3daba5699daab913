// SPDX-License-Identifier: Apache-2.0
// When the next poll is due, rule by rule. polling_mode_test.cc has modes and caution; polling_property_test.cc weeks.
#include "core/polling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

#include "unit/core/polling_fixture.h"

namespace taara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

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

TEST(NextPoll, TheFirstIsNow) { EXPECT_EQ(PolledLine{}.wait(), seconds{0}); }

TEST(NextPoll, AfterAUsablePollOneIntervalAndWhateverTheRandom) {
  PolledLine line;
  line.poll(good());
  for (const double random : {0.0, 0.5, 0.999, -1.0, 7.0}) EXPECT_EQ(line.wait(random), minutes{10});
  line.now += minutes{3};
  EXPECT_EQ(line.wait(), minutes{7});
}

TEST(NextPoll, C09_AfterALongSuspensionOnePollIsDueNowAndNotMany) {
  PolledLine line;
  line.poll(good());
  line.now += hours{8};
  EXPECT_EQ(line.wait(), seconds{0});
  line.poll(good());
  EXPECT_EQ(line.wait(), minutes{10});
}

TEST(NextPoll, R36_AFailureThatReachedTheLineCountsLikeAnyPoll) {
  for (const PollError error : {PollError::http_5xx, PollError::timeout, PollError::not_json, PollError::auth}) {
    PolledLine line;
    line.poll(bad(error));
    EXPECT_EQ(line.wait(0), minutes{10});
  }
}

TEST(NextPoll, AFailureThatNeverReachedTheLineIsTriedSooner) {
  const seconds usual[] = {seconds{60}, seconds{120}, seconds{240}, seconds{480}};
  PolledLine line;
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
  PolledLine line;
  line.poll(good());
  line.now += minutes{1};  // somebody asked for a poll by hand, and the network was gone
  line.poll(bad(PollError::connect, false));
  EXPECT_EQ(line.wait(), minutes{9});
}

TEST(NextPoll, TheDaysLimitIsKeptAcrossRestarts) {
  PolledLine line;  // a memory of 144 polls within the last 24 hours, from when the owner allowed more
  for (int i = 0; i < 144; ++i) line.reached.push_back(kPollingStart - minutes{20} - minutes{5} * i);
  EXPECT_EQ(kPollingStart + line.wait(), line.reached.back() + hours{24});
  line.reached.pop_back();
  EXPECT_EQ(line.wait(), seconds{0});
}

TEST(NextPoll, TheDaysLimitFollowsTheMinimum) {
  PolledLine line{.polling = {.interval = hours{1}, .min_interval = hours{1}}};
  for (int i = 0; i < 24; ++i) line.reached.push_back(kPollingStart - hours{1} - minutes{50} * i);
  EXPECT_EQ(kPollingStart + line.wait(), line.reached.back() + hours{24});
}

TEST(NextPoll, C04_APastInTheFutureIsOneIntervalAwayAndNotMore) {
  PolledLine line;
  line.poll(good());
  for (const seconds back : {seconds{1}, seconds{3600}, seconds{86'400 * 400}}) {
    line.now = kPollingStart - back;
    EXPECT_EQ(line.wait(), minutes{10}) << back.count();
  }
}

TEST(NextPoll, C02_HoursThatAreLivedTwiceDontStopThePolls) {
  PolledLine line{.polling = {.interval = hours{1}, .min_interval = hours{1}}};
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
  PolledLine line;
  PollSummary refused = bad(PollError::rate_limited);
  refused.retry_after = hours{1};
  refused.took = seconds{5};
  line.poll(refused);
  EXPECT_EQ(line.wait(0), hours{1} + seconds{5});
  EXPECT_GT(line.wait(0.999), minutes{71});
  EXPECT_LE(line.wait(0.999), minutes{72} + seconds{6});
}

TEST(RetryAfter429, R13_AShortOneDoesNotShortenTheInterval) {
  PolledLine line;
  PollSummary refused = bad(PollError::rate_limited);
  refused.retry_after = seconds{120};
  line.poll(refused);
  EXPECT_EQ(line.state.not_before, kPollingStart + seconds{120});
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
    EXPECT_EQ(after_poll({}, refused, kPollingStart, {}, kUsual).not_before, kPollingStart + taken);
  }
  EXPECT_FALSE(after_poll({}, bad(PollError::rate_limited), kPollingStart, {}, kUsual).not_before);
}

TEST(RetryAfter429, IsForgottenWithTheNextPollAndCountsFromNowWhenTheClockWentBack) {
  PolledLine line;
  PollSummary refused = bad(PollError::rate_limited);
  refused.retry_after = hours{2};
  line.poll(refused);
  line.now -= hours{24};
  EXPECT_EQ(line.wait(0), hours{2});
  line.now += hours{30};
  line.poll(good());
  EXPECT_FALSE(line.state.not_before);
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
