// SPDX-License-Identifier: Apache-2.0
#include "line_sim/plan.h"

#include <gtest/gtest.h>

#include "line_sim/history.h"
#include "line_sim/time_text.h"

namespace taara::line_sim {
namespace {

constexpr Time kNow{std::chrono::days{20'454}};  // 2026-01-01
using std::chrono::days;
using std::chrono::hours;

struct Bought {
  Family family;
  Plan plan;
  Bought(unsigned household, const PlanRules& rules, Time now = kNow)
      : family(1, household), plan(family, 1, household, rules, now) {}
  void advance(Time to) { plan.advance(family, to); }
};

constexpr PlanRules kPunctual{CycleKind::plan, 1'000'000'000'000, 1, true};
constexpr PlanRules kUsual{};

TEST(SimPlan, AFreshOneStandsWhereNatureWouldHaveLedIt) {
  Bought early(4, kUsual, kNow - days{100});
  early.advance(kNow);
  const Bought late(4, kUsual);
  EXPECT_EQ(early.plan.meter().purchased, late.plan.meter().purchased);
  EXPECT_EQ(early.plan.meter().used, late.plan.meter().used);
  EXPECT_EQ(early.plan.meter().allocation, late.plan.meter().allocation);
}

TEST(SimPlan, StepsDontMatter) {
  for (unsigned household = 1; household <= 12; ++household) {
    Bought once(household, kUsual);
    Bought often(household, kUsual);
    once.advance(kNow + days{70});
    for (Time at = kNow; at < kNow + days{70}; at += seconds{5'021}) often.advance(at);
    often.advance(kNow + days{70});
    EXPECT_EQ(once.plan.consumed(), often.plan.consumed()) << household;
    EXPECT_EQ(once.plan.meter().used, often.plan.meter().used) << household;
    EXPECT_EQ(once.plan.meter().allocation, often.plan.meter().allocation) << household;
    EXPECT_EQ(once.plan.meter().purchased, often.plan.meter().purchased) << household;
  }
}

TEST(SimPlan, RenewsAfterThirtyDays) {
  Bought home(1, kPunctual);
  const Time first = home.plan.meter().purchased;
  home.advance(home.plan.meter().expires);
  EXPECT_EQ(home.plan.meter().purchased, first + kPlanLength);
  EXPECT_EQ(home.plan.meter().used, 0);
  EXPECT_TRUE(home.plan.meter().active);
  ASSERT_FALSE(home.plan.past().empty());
  EXPECT_EQ(home.plan.past().front().purchased, first);
}

TEST(SimPlan, SomeBuyAgainLateAndUseNothingMeanwhile) {
  int late = 0;
  int prompt = 0;
  for (unsigned household = 1; household <= 40; ++household) {
    Bought home(household, kUsual);
    const Time expires = home.plan.meter().expires;
    home.advance(expires);
    if (home.plan.meter().active) {
      ++prompt;
      continue;
    }
    ++late;
    const std::int64_t before = home.plan.consumed();
    home.advance(expires + seconds{60});
    EXPECT_EQ(home.plan.consumed(), before);
    home.advance(expires + hours{12});
    EXPECT_TRUE(home.plan.meter().active);
    EXPECT_GT(home.plan.meter().purchased, expires);
  }
  EXPECT_GT(late, 5);
  EXPECT_GT(prompt, 10);
}

TEST(SimPlan, SomeTopUpWhenLittleIsLeftAndSomeRunDry) {
  int topped_up = 0;
  int dry = 0;
  for (unsigned household = 1; household <= 40; ++household) {
    Bought home(household, kUsual);
    for (Time at = kNow; at < kNow + days{200}; at += hours{6}) {
      const std::int64_t allocation = home.plan.meter().allocation;
      home.advance(at);
      EXPECT_GE(home.plan.meter().remaining(), 0);
      topped_up += static_cast<int>(home.plan.meter().allocation > allocation);
      if (home.plan.meter().active && home.plan.meter().remaining() == 0) ++dry;
    }
  }
  EXPECT_GT(topped_up, 2);
  EXPECT_GT(dry, 2);
}

TEST(SimPlan, NothingIsUsedWhenNothingIsLeft) {
  Bought home(1, kPunctual);
  home.plan.use(home.plan.meter().remaining());
  EXPECT_EQ(balance_text(home.plan.meter().remaining()), "0.0 GB");
  const std::int64_t before = home.plan.consumed();
  home.plan.freeze(false);
  home.plan.top_up(1'000'000);
  home.advance(kNow + hours{4});
  EXPECT_EQ(home.plan.consumed(), before + 1'000'000);
}

TEST(SimPlan, AFrozenMeterStandsStillAndGoesOnLater) {
  Bought home(1, kPunctual);
  home.plan.freeze(true);
  const std::int64_t used = home.plan.meter().used;
  home.advance(kNow + hours{5});
  EXPECT_EQ(home.plan.meter().used, used);
  home.plan.freeze(false);
  home.advance(kNow + hours{6});
  EXPECT_GT(home.plan.meter().used, used);
}

TEST(SimPlan, C02_AClockThatGoesBackDoesntMoveTheMeterBack) {
  Bought home(1, kUsual);
  const std::int64_t used = home.plan.meter().used;
  home.advance(kNow - hours{5});
  EXPECT_EQ(home.plan.meter().used, used);
  EXPECT_EQ(home.plan.time(), kNow);
}

TEST(SimPlan, TheRouterStartsAnewOnItsDayAtLocalMidnight) {
  const PlanRules monthly{CycleKind::monthly, 1'000'000'000'000, 31, false};
  Bought home(1, monthly, parse_time("2026-02-10").value());
  EXPECT_EQ(home.plan.meter().purchased, parse_time("2026-01-30T21:00:00Z").value());  // 31 January, 00:00 UTC+3
  EXPECT_EQ(home.plan.meter().expires, parse_time("2026-02-27T21:00:00Z").value());    // 28 February
  home.advance(parse_time("2026-02-27T21:00:00Z").value());
  EXPECT_EQ(home.plan.meter().used, 0);
  EXPECT_EQ(home.plan.meter().expires, parse_time("2026-03-30T21:00:00Z").value());
}

TEST(SimPlan, SetUsedStaysWithinTheAllocation) {
  Bought home(1, kPunctual);
  EXPECT_TRUE(home.plan.set_used(5));
  EXPECT_EQ(home.plan.meter().used, 5);
  EXPECT_FALSE(home.plan.set_used(-1));
  EXPECT_FALSE(home.plan.set_used(home.plan.meter().allocation + 1));
}

TEST(SimPlan, BalanceTextsAreTheBytesRoundedToATenth) {
  EXPECT_EQ(balance_text(885'126'291'542), "885.1 GB");
  EXPECT_EQ(balance_text(500'000'000), "500.0 MB");
  EXPECT_EQ(balance_text(1'000'000'000'000), "1000.0 GB");
  EXPECT_EQ(balance_text(0), "0.0 GB");
  for (std::int64_t bytes = 1'000'000'000; bytes < 1'000'000'000'000; bytes += 7'777'777'777) {
    EXPECT_LE(std::abs(std::stod(balance_text(bytes)) - static_cast<double>(bytes) / 1e9), 0.05 + 1e-9) << bytes;
  }
}

TEST(SimPlan, ExpiryIsSaidInWholeDays) {
  EXPECT_EQ(expires_text(kNow + days{27}, kNow), "27 days");
  EXPECT_EQ(expires_text(kNow + hours{24}, kNow), "1 day");
  EXPECT_EQ(expires_text(kNow + seconds{1}, kNow), "1 day");
  EXPECT_EQ(expires_text(kNow + hours{25}, kNow), "2 days");
  EXPECT_EQ(expires_text(kNow - hours{1}, kNow), "0 days");
}

TEST(SimHistory, RowsAddUpToWhatThePlanCounts) {
  const HistorySpan span = parse_history_span("2026-01-01", "2026-01-08", "1h").value();
  const std::string rows = history_rows({}, kPunctual, 1, span);
  Bought home(1, kPunctual);
  const std::int64_t before = home.plan.consumed();
  home.advance(kNow + days{7});
  std::int64_t sum = 0;
  int count = 0;
  for (std::size_t at = 0; at < rows.size(); at = rows.find('\n', at) + 1, ++count) {
    sum += std::stoll(rows.substr(rows.find(',', rows.find(',', at) + 1) + 1));
  }
  EXPECT_EQ(count, 7 * 24);
  EXPECT_EQ(sum, home.plan.consumed() - before);
  EXPECT_TRUE(rows.starts_with("home-1,1767225600,"));
}

TEST(SimHistory, NonsenseSpansAreRefused) {
  EXPECT_FALSE(parse_history_span("2026-01-08", "2026-01-01", "1h"));
  EXPECT_FALSE(parse_history_span("2026-01-01", "2026-01-08", "0s"));
  EXPECT_FALSE(parse_history_span("1970-01-01", "2026-01-08", "1h"));
  EXPECT_FALSE(parse_history_span("2026-01-01", "2090-01-08", "1s"));
}

TEST(SimTime, IsReadAndWrittenAsProtocolsDo) {
  EXPECT_EQ(parse_time("2026-03-01T12:00:00Z").value(), parse_time("1772366400").value());
  EXPECT_EQ(iso_text(parse_time("1772366400").value()), "2026-03-01T12:00:00.000Z");
  EXPECT_EQ(http_date_text(parse_time("1772366400").value()), "Sun, 01 Mar 2026 12:00:00 GMT");
  EXPECT_EQ(us_date_text(parse_time("2026-02-28T22:00:00Z").value()), "03/01/2026");
  for (const char* const bad : {"", "now", "2026-03-01T12:00:00", "99999999999999", "2026-13-01", "2026-03-01x"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
  EXPECT_EQ(parse_duration("10m").value(), seconds{600});
  EXPECT_EQ(parse_duration("30d").value(), seconds{2'592'000});
  for (const char* const bad : {"", "m", "-1s", "1y", "9223372036854775807d"}) EXPECT_FALSE(parse_duration(bad)) << bad;
}

}  // namespace
}  // namespace taara::line_sim
