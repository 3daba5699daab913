// SPDX-License-Identifier: Apache-2.0
#include "core/afford.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "core/calendar.h"

namespace taara {
namespace {

using namespace date::literals;

constexpr Bytes gigabytes(std::int64_t count) { return {count * 1'000'000'000}; }

// Half of a cycle of 1 TB is over: 450 GB used, 20 ± 5 GB a day to come for 15 days, 12 GB left of today's 33.
class AffordTest : public testing::Test {
 protected:
  AffordTest() {
    standing_.used = gigabytes(450);
    standing_.allocation = kTerabyte;
    standing_.remaining = gigabytes(550);
    standing_.cycle_start = at(2026_y / 3 / 1);
    standing_.cycle_end = at(2026_y / 3 / 31);
    standing_.budget_today = gigabytes(33);
    standing_.left_today = gigabytes(12);
    habits_.days.assign(60, 20e9F);
    for (std::size_t i = 0; i < 60; i += 2) habits_.days[i] = 24e9F;
    habits_.newest = date::local_days(2026_y / 3 / 15);
    settle(habits_);
    // Quietest from 04:00 to 05:00.
    for (std::size_t hour = 0; hour < 24; ++hour) {
      habits_.hours.means[hour] = 1e9F + 1e8F * static_cast<float>((hour + 20) % 24);
      habits_.hours.counts[hour] = 28;
    }
    outlook_.cycle_used = Predictive{700e9, 750e9, 810e9};
    outlook_.lasts_until = standing_.cycle_end;
    outlook_.headroom = gigabytes(190);
    outlook_.crossing_probability = Predictive{250e9, 300e9, 360e9}.probability_above(550e9);
    now_ = at(2026_y / 3 / 16) + std::chrono::hours(20);
  }

  [[nodiscard]] Time at(date::year_month_day day) const {
    return date::floor<seconds>(zone_->to_sys(date::local_days(day)));
  }
  [[nodiscard]] Afford ask(Bytes bytes, std::optional<Time> by = std::nullopt) const { return ask_at(now_, bytes, by); }
  [[nodiscard]] Afford ask_at(Time now, Bytes bytes, std::optional<Time> by = std::nullopt) const {
    return can_we_afford({bytes, by}, {*zone_, standing_, outlook_, habits_, next_allocation_}, now);
  }

  const date::time_zone* zone_ = date::locate_zone("Africa/Nairobi");
  Standing standing_;
  Habits habits_;
  Outlook outlook_;
  std::optional<Bytes> next_allocation_ = kTerabyte;
  Time now_;
};

TEST_F(AffordTest, YesWithinWhatIsLeftToday) {
  const Afford answer = ask(gigabytes(12));
  EXPECT_EQ(answer.answer, AffordAnswer::yes);
  EXPECT_EQ(answer.reason, AffordReason::fits);
  EXPECT_EQ(answer.by, standing_.cycle_end);
  EXPECT_EQ(answer.headroom, gigabytes(190));
  EXPECT_FALSE(answer.best_hour);
  EXPECT_GT(*answer.crossing_with, *answer.crossing_now);
}

TEST_F(AffordTest, YesWithinTheHeadroomWhereNoBudgetIsKnown) {
  standing_.left_today.reset();
  EXPECT_EQ(ask(gigabytes(190)).answer, AffordAnswer::yes);
}

TEST_F(AffordTest, LaterInTheQuietestHourOfTomorrow) {
  const Afford answer = ask(gigabytes(30));
  EXPECT_EQ(answer.answer, AffordAnswer::later);
  EXPECT_EQ(answer.reason, AffordReason::over_today);
  EXPECT_EQ(answer.best_hour, at(2026_y / 3 / 17) + std::chrono::hours(4));
}

TEST_F(AffordTest, OnlyHoursBeforeTheDeadlineCount) {
  const Time by = at(2026_y / 3 / 17) + std::chrono::hours(3);
  EXPECT_EQ(ask(gigabytes(30), by).best_hour, at(2026_y / 3 / 17)) << "midnight is quieter than one and two";
  const Afford tonight = ask(gigabytes(30), at(2026_y / 3 / 17));
  EXPECT_EQ(tonight.answer, AffordAnswer::yes);
  EXPECT_EQ(tonight.reason, AffordReason::quiet_hour);
}

TEST_F(AffordTest, WhoWaitedAsToldIsNotToldToWaitAgain) {
  for (const std::int64_t size : {13, 33, 60, 150, 190}) {
    for (const int hours : {1, 5, 7, 9, 30, 300}) {
      const Time by = now_ + std::chrono::hours(hours);
      const Afford answer = ask(gigabytes(size), by);
      if (answer.answer != AffordAnswer::later) continue;
      ASSERT_TRUE(answer.best_hour);
      EXPECT_GT(*answer.best_hour, now_);
      EXPECT_LT(*answer.best_hour, by);
      EXPECT_EQ(ask_at(*answer.best_hour, gigabytes(size), by).answer, AffordAnswer::yes) << size << " " << hours;
    }
  }
}

TEST_F(AffordTest, NoBeyondTheHeadroom) {
  const Afford answer = ask(gigabytes(191));
  EXPECT_EQ(answer.answer, AffordAnswer::no);
  EXPECT_EQ(answer.reason, AffordReason::too_much);
  EXPECT_GT(*answer.crossing_with, 0.1);
  EXPECT_LT(*answer.crossing_with, 0.2);
  EXPECT_EQ(ask(gigabytes(551)).crossing_with, 1);
}

TEST_F(AffordTest, LaterInTheNextCycleWhereItBeginsInTimeAndHasRoom) {
  outlook_.headroom = gigabytes(40);
  const Time by = at(2026_y / 4 / 5);
  const Afford answer = ask(gigabytes(100), by);
  EXPECT_EQ(answer.answer, AffordAnswer::later);
  EXPECT_EQ(answer.reason, AffordReason::after_renewal);
  EXPECT_EQ(answer.best_hour, at(2026_y / 3 / 31) + std::chrono::hours(4));
  EXPECT_EQ(ask(gigabytes(100), at(2026_y / 3 / 31) + seconds(1)).best_hour, at(2026_y / 3 / 31));
  EXPECT_EQ(ask(gigabytes(900), by).answer, AffordAnswer::no) << "a new cycle can't spare that either";
  EXPECT_EQ(ask(gigabytes(100), at(2026_y / 3 / 31)).answer, AffordAnswer::no);
  next_allocation_ = gigabytes(600);
  EXPECT_EQ(ask(gigabytes(100), by).answer, AffordAnswer::no);
}

TEST_F(AffordTest, ALineWithoutACapAffordsAll) {
  standing_.allocation.reset();
  standing_.remaining.reset();
  standing_.left_today.reset();
  outlook_.crossing_probability.reset();
  outlook_.headroom.reset();
  const Afford answer = ask(kMaxPlausible);
  EXPECT_EQ(answer.answer, AffordAnswer::yes);
  EXPECT_EQ(answer.reason, AffordReason::unlimited);
  EXPECT_FALSE(answer.crossing_with);
}

TEST_F(AffordTest, WithoutKnowledgeThereIsNoAnswer) {
  outlook_ = {};
  const Afford answer = ask(gigabytes(1));
  EXPECT_FALSE(answer.answer);
  EXPECT_EQ(answer.reason, AffordReason::unknown);
  EXPECT_EQ(ask(gigabytes(551)).answer, AffordAnswer::no) << "more than is left never fits";
  standing_ = {};
  EXPECT_FALSE(ask(gigabytes(551)).answer);
}

TEST_F(AffordTest, NothingLeftAffordsNothing) {
  standing_.remaining = Bytes{0};
  outlook_.headroom = Bytes{0};
  outlook_.crossing_probability = 1;
  const Afford answer = ask(Bytes{1});
  EXPECT_EQ(answer.answer, AffordAnswer::no);
  EXPECT_EQ(answer.crossing_now, 1);
  EXPECT_EQ(answer.crossing_with, 1);
}

int rank(const Afford& answer) { return answer.answer ? static_cast<int>(*answer.answer) : -1; }

// Whatever the numbers, also where they contradict each other.
TEST_F(AffordTest, MonotoneFiniteAndOrderedOnAnything) {
  std::mt19937_64 random(3);
  const auto amount = [&] {
    switch (random() % 8) {
      case 0:
        return std::int64_t{0};
      case 1:
        return kMaxPlausible.count;
      case 2:
        return -static_cast<std::int64_t>(random() % 1'000'000'000'000);
      default:
        return static_cast<std::int64_t>(random() % 2'000'000'000'000);
    }
  };
  for (int round = 0; round < 3000; ++round) {
    standing_.used = Bytes{std::abs(amount())};
    standing_.allocation = Bytes{amount()};
    standing_.remaining = random() % 3 == 0 ? std::nullopt : std::optional(Bytes{amount()});
    standing_.left_today = random() % 3 == 0 ? std::nullopt : std::optional(Bytes{amount() / 30});
    std::array<double, 3> levels{static_cast<double>(std::abs(amount())), static_cast<double>(std::abs(amount())),
                                 static_cast<double>(std::abs(amount()))};
    std::sort(levels.begin(), levels.end());
    if (random() % 10 == 0) levels[2] = levels[1];
    outlook_.cycle_used = Predictive{levels[0], levels[1], levels[2]};
    outlook_.headroom = Bytes{std::abs(amount())};
    outlook_.crossing_probability =
        random() % 20 == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(random() % 101) / 100;
    const Time now = now_ + seconds(static_cast<std::int64_t>(random() % 2'000'000));
    const std::optional<Time> by =
        random() % 3 == 0 ? std::nullopt
                          : std::optional(now + seconds(1 + static_cast<std::int64_t>(random() % 31'622'400)));
    double before = 0;
    int rank_before = 0;
    for (std::int64_t size = 1; size <= kMaxPlausible.count; size *= 4) {
      const Afford answer = ask_at(now, Bytes{size}, by);
      ASSERT_TRUE(answer.answer);
      ASSERT_TRUE(answer.crossing_now && answer.crossing_with);
      EXPECT_TRUE(std::isfinite(*answer.crossing_now) && std::isfinite(*answer.crossing_with));
      EXPECT_GE(*answer.crossing_with, *answer.crossing_now);
      EXPECT_LE(*answer.crossing_with, 1);
      EXPECT_GE(*answer.crossing_with, before) << size;
      before = *answer.crossing_with;
      EXPECT_GE(rank(answer), rank_before) << size;
      rank_before = rank(answer);
      EXPECT_EQ(answer.best_hour.has_value(), answer.answer == AffordAnswer::later);
    }
  }
}

// Where the outlook is made by look_ahead, yes and later-today mean what they say.
TEST_F(AffordTest, WithinTheHeadroomTheRiskIsATenth) {
  const Position position{.time = now_,
                          .used = 450e9,
                          .allocation = 1e12,
                          .cycle_start = standing_.cycle_start,
                          .cycle_end = standing_.cycle_end,
                          .used_today = 21e9,
                          .today_since = local_day(*zone_, now_).start,
                          .zone = zone_};
  outlook_ = look_ahead(position, habits_);
  ASSERT_TRUE(outlook_.headroom);
  const Afford edge = ask(*outlook_.headroom);
  EXPECT_NE(edge.answer, AffordAnswer::no);
  EXPECT_NEAR(*edge.crossing_with, kHeadroomRisk, 1e-3);
  EXPECT_EQ(edge.crossing_now, outlook_.crossing_probability);
  EXPECT_EQ(ask(*outlook_.headroom + Bytes{1}).answer, AffordAnswer::no);
}

}  // namespace
}  // namespace taara
