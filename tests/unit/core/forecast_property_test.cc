// SPDX-License-Identifier: Apache-2.0
// Whatever the history: forecasts are finite, in order, never below what is used, and the same for the same history.
#include <cmath>
#include <random>

#include "core/learning.h"
#include "core/usage_history.h"
#include "unit/core/book.h"

namespace taara::book {
namespace {

void expect_sane(const Outlook& outlook, const Position& position, const std::string& where) {
  SCOPED_TRACE(where);
  if (outlook.cycle_used) {
    EXPECT_TRUE(std::isfinite(outlook.cycle_used->p90));
    EXPECT_LE(position.used, outlook.cycle_used->p10);
    EXPECT_LE(outlook.cycle_used->p10, outlook.cycle_used->p50);
    EXPECT_LE(outlook.cycle_used->p50, outlook.cycle_used->p90);
    const auto p10 = outlook.safe_time(Quantile::p10, position.time);
    const auto p50 = outlook.safe_time(Quantile::p50, position.time);
    const auto p90 = outlook.safe_time(Quantile::p90, position.time);
    EXPECT_TRUE(p10 >= p50 && p50 >= p90 && p90 >= seconds{0});
  }
  if (outlook.crossing_probability) {
    EXPECT_GE(*outlook.crossing_probability, 0);
    EXPECT_LE(*outlook.crossing_probability, 1);
  }
  if (outlook.headroom) {
    EXPECT_GE(*outlook.headroom, Bytes{0});
  }
  if (outlook.efficiency) {
    EXPECT_TRUE(*outlook.efficiency >= 0 && *outlook.efficiency <= 1);
  }
  if (outlook.trend) {
    EXPECT_TRUE(std::isfinite(*outlook.trend) && *outlook.trend >= 0);
  }
  if (outlook.typical_day) {
    EXPECT_GE(*outlook.typical_day, Bytes{0});
  }
}

std::string bytes_of(const Outlook& outlook) {
  std::string text;
  const auto add = [&](double value) { text.append(reinterpret_cast<const char*>(&value), sizeof value); };
  if (outlook.cycle_used)
    for (const double value : {outlook.cycle_used->p10, outlook.cycle_used->p50, outlook.cycle_used->p90}) add(value);
  add(outlook.crossing_probability.value_or(-1));
  for (const auto& moment : outlook.exhaustion)
    add(moment ? static_cast<double>(moment->time_since_epoch().count()) : -1);
  return text;
}

TEST(ForecastProperty, AnyHistoryGivesSaneNumbersAndTheSameOnesAgain) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 random(seed);
    const auto upto = [&](std::int64_t most) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
    };
    const char* const zones[] = {"Africa/Nairobi", "Europe/Berlin", "Pacific/Apia", "Asia/Kathmandu",
                                 "America/St_Johns"};
    const auto& zone = *date::locate_zone(zones[seed % 5]);
    const seconds step = seed % 3 == 0 ? seconds{600} : seed % 3 == 1 ? seconds{3600} : seconds{86'400};
    std::vector<UsageInterval> rows;
    Time time = utc(2023, 12, 1) + seconds{upto(5'184'000)};
    const std::int64_t rows_wanted = upto(step >= seconds{86'400} ? 500 : 3000);
    const double scale = std::pow(10.0, static_cast<double>(upto(14)));
    for (std::int64_t i = 0; i < rows_wanted; ++i) {
      if (upto(30) == 0) time += step * upto(200);  // a gap
      const double used = upto(9) == 0 ? 0 : upto(200) == 0 ? 1e15 : scale * static_cast<double>(upto(1000)) / 1000;
      rows.push_back({time, time + step, used});
      time += step;
    }
    const Time now = time - seconds{upto(432'000)};
    const Plan plan{.cycle = CycleKind::monthly, .day = static_cast<unsigned>(1 + upto(30))};
    Position position =
        position_in(rows, zone, boundary_at_or_before(zone, plan, now), boundary_after(zone, plan, now), now);
    if (seed % 4 != 0) position.allocation = scale * static_cast<double>(upto(60));
    const Habits habits = replay(rows, zone, now);
    const Outlook outlook = look_ahead(position, habits);
    expect_sane(outlook, position, "seed " + std::to_string(seed));
    EXPECT_EQ(bytes_of(outlook), bytes_of(look_ahead(position, replay(rows, zone, now))));
  }
}

TEST(ForecastProperty, NothingAfterNowIsRead) {
  std::vector<UsageInterval> rows;
  for (int hour = 0; hour < 24 * 90; ++hour) {
    const Time start = utc(2025, 1, 1) + hours{hour};
    rows.push_back({start, start + hours{1}, 1e9 * (1 + hour % 7)});
  }
  const auto& zone = *date::locate_zone("Africa/Nairobi");
  const Time now = utc(2025, 3, 3, 10, 30);
  const auto at = [&] {
    const Position position = position_in(rows, zone, utc(2025, 2, 28, 21), utc(2025, 3, 31, 21), now);
    return bytes_of(look_ahead(position, replay(rows, zone, now)));
  };
  const std::string before = at();
  for (UsageInterval& row : rows)
    if (row.end > now) row.used = 7e12;
  EXPECT_EQ(at(), before);
}

// What the daemon learns from the meter and what is learned from the same days as a file agree.
TEST(ForecastProperty, WatchingAndReplayingLearnTheSame) {
  Book b = fresh_plan();
  b.household.plan.allocation = kTerabyte;
  Habits watched;
  std::vector<UsageInterval> rows;
  std::optional<Time> previous = b.line.time;
  for (int step = 0; step < 6 * 24 * 28; ++step) {
    const Bytes used = mb(50 + step % 144 * 2);
    b.use(used);
    b.read_after(minutes{10});
    (void)learn(watched, b.state, b.change, previous, b.household);
    rows.push_back({*previous, b.line.time, static_cast<double>(used.count)});
    previous = b.line.time;
  }
  const Habits replayed = replay(rows, *b.household.zone, b.line.time);
  ASSERT_EQ(watched.newest, replayed.newest);
  ASSERT_GE(watched.days.size(), 26U);
  // The first day began at noon: both leave it out.
  for (std::size_t i = 0; i < watched.days.size(); ++i)
    EXPECT_EQ(watched.days[i], replayed.days[i + replayed.days.size() - watched.days.size()]) << i;
  EXPECT_NEAR(watched.level.mean, replayed.level.mean, 1);
  for (std::size_t hour = 0; hour < 24; ++hour)
    EXPECT_NEAR(hour_shares(watched.hours)[hour], hour_shares(replayed.hours)[hour], 0.01) << hour;
}

TEST(ForecastProperty, CyclesOfEveryLengthClockChangesAndTopUpsStaySane) {
  for (const char* zone : {"Africa/Nairobi", "Europe/Berlin"}) {
    for (const unsigned day : {1U, 31U}) {
      Book b(monthly(zone, day));
      b.line.time = utc(2024, 1, 20, 8, 7);  // through 29 February and both clock changes
      b.line.used = Bytes{0};
      b.line.remaining = kTerabyte;
      b.read();
      Habits habits;
      std::optional<Time> previous = b.line.time;
      unsigned seen = 0;
      for (int step = 0; step < 6 * 24 * 330; ++step) {
        if (step % 6 != 0 && step % 97 != 0) continue;  // mostly hourly, to keep it quick
        const Time next = utc(2024, 1, 20, 8, 7) + minutes{10} * step;
        b.line.time = next;
        b.use(mb(step % 144 > 100 ? 2600 : 500));
        if (b.state.cycle && b.state.cycle->known() && next >= b.state.cycle->end) {
          b.line.used = Bytes{0};
          b.line.remaining = kTerabyte;
        } else if (b.line.remaining && b.line.remaining->count < 40'000'000'000) {
          *b.line.remaining += gb(200);  // at 96 % somebody tops up
        }
        b.read();
        (void)learn(habits, b.state, b.change, previous, b.household);
        previous = b.line.time;
        if (step % 36 != 0) continue;
        const Position position = position_of(b.state, b.household);
        const Outlook outlook = look_ahead(position, habits);
        expect_sane(outlook, position, std::string(zone) + " " + std::to_string(step));
        seen += outlook.cycle_used ? 1 : 0;
      }
      EXPECT_GT(seen, 1000U);
      EXPECT_GE(habits.record.cycles.size(), 8U);
      ASSERT_TRUE(habits.record.error_ratio());
      EXPECT_LT(*habits.record.error_ratio(), 0.1);
    }
  }
}

TEST(ForecastProperty, AMeterThatFreezesAndJumpsIsNoFreakHour) {
  Book b = fresh_plan();
  Habits habits;
  std::optional<Time> previous = b.line.time;
  const auto step = [&](Bytes used) {
    b.use(used);
    b.read_after(minutes{10});
    (void)learn(habits, b.state, b.change, previous, b.household);
    previous = b.line.time;
  };
  for (int i = 0; i < 6 * 24 * 12; ++i) step(mb(150));
  const double before = look_ahead(position_of(b.state, b.household), habits).cycle_used->p50;
  for (int i = 0; i < 6 * 14; ++i) step(Bytes{0});
  step(mb(12'750));
  for (int i = 0; i < 6 * 24 * 2; ++i) step(mb(150));
  const Outlook after = look_ahead(position_of(b.state, b.household), habits);
  expect_sane(after, position_of(b.state, b.household), "jump");
  EXPECT_NEAR(after.cycle_used->p50 / before, 1, 0.05);
}

TEST(ForecastProperty, ARenewalTwoMinutesBeforeMidnightBeginsANewForecast) {
  Book b = fresh_plan();
  Habits habits;
  std::optional<Time> previous = b.line.time;
  const auto read = [&] {
    b.read();
    (void)learn(habits, b.state, b.change, previous, b.household);
    previous = b.line.time;
  };
  while (b.line.time < utc(2025, 9, 26, 20, 50)) {
    b.use(mb(150));
    b.line.time += minutes{10};
    read();
  }
  b.line.time = utc(2025, 9, 26, 20, 58);  // 23:58 in Nairobi
  b.line.remaining = kTerabyte;
  b.plan(utc(2025, 9, 26, 20, 57));
  read();
  ASSERT_TRUE(b.has(MeterEvent::renewal));
  EXPECT_EQ(habits.record.cycles.size(), 1U);
  const Outlook outlook = look_ahead(position_of(b.state, b.household), habits);
  ASSERT_TRUE(outlook.cycle_used);
  EXPECT_NEAR(outlook.cycle_used->p50, 30 * 144 * 150e6, 30e9);
}

TEST(ForecastProperty, AForecastOfADayThatNobodySawIsNotScored) {
  const auto& zone = *date::locate_zone("Africa/Nairobi");
  std::vector<UsageInterval> rows;
  const auto day = [&](int number, double used) {
    const Time start = utc(2025, 5, 31, 21) + date::days{number};
    rows.push_back({start, start + date::days{1}, used});
  };
  for (int i = 0; i < 20; ++i) day(i, 20e9);
  const Time until = utc(2025, 8, 1);
  const unsigned scored = replay(rows, zone, until).record.days;
  day(25, 900e9);
  EXPECT_EQ(replay(rows, zone, until).record.days, scored);
  day(26, 20e9);
  EXPECT_EQ(replay(rows, zone, until).record.days, scored + 1);
}

TEST(ForecastProperty, AClockThatRanAheadIsForgotten) {
  Habits habits;
  for (int day = 0; day < 50; ++day) learn_day(habits, date_of(2025, 6, 1) + date::days{day}, gb(20));
  forget_days_after(habits, date_of(2025, 7, 1));
  EXPECT_EQ(*habits.newest, date_of(2025, 7, 1));
  EXPECT_EQ(habits.days.size(), 31U);
  learn_day(habits, date_of(2025, 7, 2), gb(20));
  EXPECT_EQ(habits.level.known, 32U);
  forget_days_after(habits, date_of(2020, 1, 1));
  EXPECT_FALSE(habits.newest);
  EXPECT_EQ(habits.level.known, 0U);
}

TEST(ForecastProperty, TwoYearsStayUnderEightKilobytes) {
  Habits habits;
  for (int day = 0; day < 800; ++day) learn_day(habits, date_of(2024, 1, 1) + date::days{day}, gb(20 + day % 9));
  for (int day = 0; day < 62; ++day) note_cycle_forecast(habits.record, utc(2025, 1, 1), {1, 2, 3});
  for (int cycle = 0; cycle < 12; ++cycle) habits.record.cycles.emplace_back();
  const std::size_t heap = habits.days.capacity() * sizeof(float) + habits.errors.past.size() * sizeof(Scatter) +
                           habits.record.forecasts.capacity() * sizeof(Predictive) +
                           habits.record.cycles.capacity() * sizeof(CycleScore);
  EXPECT_LE(sizeof(Habits) + heap, 8192U);
}

}  // namespace
}  // namespace taara::book
