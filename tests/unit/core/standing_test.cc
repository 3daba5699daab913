// SPDX-License-Identifier: Apache-2.0
#include "core/standing.h"

#include <set>

#include "core/calendar.h"
#include "unit/core/book.h"

namespace taara::book {
namespace {

// Ten days of a plan that began 1 September 12:00 in Nairobi; the last reading at midnight (UTC 21:00) of the 11th.
Book ten_days() {
  Book b;
  b.line.time = utc(2025, 9, 1, 9);
  b.line.remaining = kTerabyte;
  b.plan(utc(2025, 9, 1, 9));
  b.read();
  while (b.line.time < utc(2025, 9, 11, 21)) {
    b.line.time += minutes{10};
    const bool evening = b.line.time - date::floor<days>(b.line.time) > hours{17} &&
                         b.line.time - date::floor<days>(b.line.time) <= hours{18};
    b.use(evening ? gb(1) : mb(50));
    b.plan(utc(2025, 9, 1, 9));
    b.read();
  }
  return b;
}

Standing at(const Book& b, Time now) { return stand(b.state, b.household, now); }

TEST(Standing, SaysWhatTheBookMeansNow) {
  Book b = ten_days();
  b.run(hours{2}, mb(100));
  const Standing s = at(b, b.line.time + minutes{3});
  EXPECT_EQ(s.reading_time, b.line.time);
  EXPECT_EQ(s.resolution, Bytes{1});
  EXPECT_EQ(s.allocation, kTerabyte);
  EXPECT_EQ(*s.used + *s.remaining, kTerabyte);
  EXPECT_EQ(s.usage_total, *s.used);
  EXPECT_EQ(s.cycle_start, utc(2025, 9, 1, 9));
  EXPECT_EQ(s.cycle_end, utc(2025, 10, 1, 9));
  EXPECT_EQ(s.used_today, mb(1'200));
  EXPECT_EQ(*s.left_today, *s.budget_today - mb(1'200));
  EXPECT_EQ(s.peak_hour, 20U);  // 17:00 UTC
  EXPECT_EQ(s.streak, 10U);
  EXPECT_EQ(s.meter_unchanged, minutes{3});
  EXPECT_EQ(s.day_start, utc(2025, 9, 11, 21));
  EXPECT_EQ(s.local_hour, 2U);
  EXPECT_EQ(s.local_weekday, 5U);  // Friday 12 September
}

TEST(Standing, PeakHourLooksBackSevenDaysAndNeedsADayOfHours) {
  Book b = ten_days();
  b.state.hours.clear();
  const Time now = b.line.time;
  b.state.hours.push_back({now - hours{24 * 7 + 5}, gb(900)});
  for (int i = 23; i > 0; --i) b.state.hours.push_back({now - hours{i}, mb(i == 7 ? 2 : 1)});
  EXPECT_FALSE(at(b, now).peak_hour);
  b.state.hours.push_back({now, mb(1)});
  EXPECT_EQ(at(b, now).peak_hour, 17U);
  for (Hour& hour : b.state.hours) hour.used = Bytes{0};
  EXPECT_FALSE(at(b, now).peak_hour);
}

// A week of hours up to `read`, each with what `used` says for its hour of the day in Nairobi.
template <class Used>
void fill_week(Book& b, Time read, Used used) {
  b.state.hours.clear();
  for (int ago = 24 * 7; ago >= 0; --ago) {
    const Time start = date::floor<hours>(read) - hours{ago};
    b.state.hours.push_back({start, used(local_hour(*b.household.zone, start).hour)});
  }
}

TEST(Standing, TheQuietHourIsTheOneWithLeastUse) {
  Book b = ten_days();
  const Time read = b.line.time;
  fill_week(b, read, [](unsigned hour) { return hour == 4 ? mb(3) : hour == 20 ? gb(2) : mb(50); });
  EXPECT_EQ(at(b, read).quiet_hour, 4U);
  EXPECT_EQ(at(b, read).peak_hour, 20U);
  b.state.hours.resize(23);
  EXPECT_FALSE(at(b, read).quiet_hour);
}

TEST(Standing, OfEquallyQuietHoursTheLongestRunBeginsTheQuietTime) {
  Book b = ten_days();
  const Time read = b.line.time;
  const auto quiet_at = [&](std::set<unsigned> quiet) {
    fill_week(b, read, [&](unsigned hour) { return quiet.contains(hour) ? Bytes{0} : mb(50); });
    return at(b, read).quiet_hour;
  };
  EXPECT_EQ(quiet_at({1, 3, 4, 5, 11, 12}), 3U);
  EXPECT_EQ(quiet_at({3, 4, 11, 12}), 3U);
  EXPECT_EQ(quiet_at({22, 23, 0, 1, 4, 5, 6}), 22U);
  EXPECT_EQ(quiet_at({0, 23}), 23U);
}

TEST(Standing, AnHourIsQuietByItsMeanNotBecauseItWasSeldomSeenOrNotAtAll) {
  Book b = ten_days();
  const Time read = b.line.time;
  fill_week(b, read, [](unsigned hour) { return hour == 4 ? mb(30) : hour == 13 ? mb(100) : mb(50); });
  const Time day = read - hours{24};
  std::erase_if(b.state.hours, [&](const Hour& hour) {
    const unsigned of_day = local_hour(*b.household.zone, hour.start).hour;
    return of_day == 9 || (of_day == 13 && hour.start < day);
  });
  EXPECT_EQ(at(b, read).quiet_hour, 4U);
}

TEST(Standing, AnHourThatWasNotSeenToItsEndIsNotQuietForThat) {
  Book b = ten_days();
  const Time read = b.line.time;  // on the hour, so the newest hour has just begun
  fill_week(b, read, [](unsigned hour) { return hour == 4 ? mb(30) : mb(50); });
  const unsigned newest = local_hour(*b.household.zone, b.state.hours.back().start).hour;
  std::erase_if(b.state.hours, [&](const Hour& hour) {
    return local_hour(*b.household.zone, hour.start).hour == newest && hour.start != b.state.hours.back().start;
  });
  b.state.hours.back().used = Bytes{0};
  EXPECT_EQ(at(b, read).quiet_hour, 4U);
  // Nor the one in which watching began.
  b.state.hours.erase(b.state.hours.begin(), b.state.hours.end() - 26);
  const unsigned oldest = local_hour(*b.household.zone, b.state.hours.front().start).hour;
  ASSERT_NE(oldest, newest);
  b.state.hours.front().used = Bytes{1};
  EXPECT_EQ(at(b, read).quiet_hour, 4U);
}

TEST(Standing, FinishedDaysAreCountedBackFromNow) {
  const Book b = ten_days();
  Standing s = at(b, b.line.time + hours{1});
  for (unsigned i = 0; i < 7; ++i) {
    ASSERT_TRUE(s.finished_days[i]) << i;
    EXPECT_EQ(s.finished_days[i]->date, date_of(2025, 9, 11 - i));
  }
  // Two days later nobody knows what yesterday and the day before were.
  s = at(b, b.line.time + hours{49});
  EXPECT_FALSE(s.finished_days[0]);
  EXPECT_FALSE(s.finished_days[1]);
  ASSERT_TRUE(s.finished_days[2]);
  EXPECT_EQ(s.finished_days[2]->date, date_of(2025, 9, 11));
  s = at(b, b.line.time + days{40});
  for (const auto& day : s.finished_days) EXPECT_FALSE(day);
}

TEST(Standing, BeforeTheFirstReadingOfADayNothingIsKnownOfIt) {
  Book b = ten_days();
  b.line.time = utc(2025, 9, 12, 20, 55);
  b.read();
  EXPECT_TRUE(at(b, utc(2025, 9, 12, 20, 59, 59)).budget_today);
  const Standing s = at(b, utc(2025, 9, 12, 21));
  EXPECT_FALSE(s.budget_today);
  EXPECT_FALSE(s.used_today);
  EXPECT_FALSE(s.left_today);
  EXPECT_FALSE(s.finished_days[0]);  // the 12th isn't finished in the book
  EXPECT_TRUE(s.remaining);
}

TEST(Standing, After24HoursWithoutAReadingMeasuredValuesDisappear) {
  const Book b = ten_days();
  const Standing just = at(b, b.line.time + hours{24} - seconds{1});
  EXPECT_TRUE(just.remaining && just.used && just.usage_total && just.streak && just.peak_hour && just.quiet_hour &&
              just.meter_unchanged);
  const Standing gone = at(b, b.line.time + hours{24});
  EXPECT_FALSE(gone.remaining || gone.used || gone.usage_total || gone.streak || gone.peak_hour || gone.quiet_hour ||
               gone.meter_unchanged);
  EXPECT_FALSE(gone.resolution || gone.allocation || gone.budget_today || gone.used_today);
  EXPECT_EQ(gone.reading_time, b.line.time);
  EXPECT_EQ(gone.cycle_end, utc(2025, 10, 1, 9));
}

TEST(Standing, NeverTheLastMonthsNumbers) {
  Book b = ten_days();
  b.line.time = utc(2025, 10, 1, 8, 55);
  b.plan(utc(2025, 9, 1, 9));
  b.read();
  EXPECT_TRUE(at(b, utc(2025, 10, 1, 8, 59, 59)).remaining);
  const Standing over = at(b, utc(2025, 10, 1, 9));
  EXPECT_FALSE(over.remaining || over.used || over.allocation || over.cycle_start || over.cycle_end);
  EXPECT_TRUE(over.usage_total);
  b.line.time = utc(2025, 10, 1, 9, 5);  // read after the end, not renewed: that is how it is now
  b.line.expiry = b.line.time;
  b.read();
  const Standing late = at(b, utc(2025, 10, 1, 9, 6));
  EXPECT_TRUE(late.remaining);
  EXPECT_FALSE(late.cycle_end);
}

TEST(Standing, R34_AMeterThatStandsStillShowsSinceWhen) {
  Book b = ten_days();
  b.run(hours{30}, Bytes{0});
  EXPECT_EQ(at(b, b.line.time + minutes{1}).meter_unchanged, hours{30} + minutes{1});
  b.use(mb(1));
  b.read_after(minutes{10});
  EXPECT_EQ(at(b, b.line.time).meter_unchanged, seconds{0});
}

TEST(Standing, AnEmptyBookKnowsOnlyTheClock) {
  const Book b;
  const Standing s = at(b, utc(2025, 9, 12, 21));
  EXPECT_FALSE(s.reading_time || s.remaining || s.usage_total || s.streak || s.peak_hour || s.quiet_hour ||
               s.cycle_end);
  EXPECT_EQ(s.day_start, utc(2025, 9, 12, 21));
  EXPECT_EQ(s.local_hour, 0U);
  EXPECT_EQ(s.local_weekday, 6U);
}

TEST(Standing, UnknownCycleTimesAreAbsentButTheRestIsThere) {
  Book b;
  b.line.remaining = gb(500);
  b.read();
  const Standing s = at(b, b.line.time + hours{1});
  EXPECT_FALSE(s.cycle_start || s.cycle_end || s.budget_today);
  EXPECT_EQ(s.remaining, gb(500));
}

TEST(Standing, AfterAResetTheSmallerOfMeterAndBookIsLeft) {
  Book b(monthly());
  b.line.time = utc(2025, 9, 11);
  b.line.used = gb(300);
  b.line.remaining = gb(700);
  b.read();
  b.line.used = Bytes{0};
  b.line.remaining = kTerabyte;
  b.read_after(minutes{10});
  EXPECT_EQ(at(b, b.line.time).remaining, gb(700));
  b.read_after(minutes{10});
  ASSERT_TRUE(b.has(MeterEvent::reset_unexpected));
  EXPECT_EQ(at(b, b.line.time).used, gb(300));
  EXPECT_EQ(at(b, b.line.time).remaining, gb(700));
}

TEST(Standing, ALineThatTellsOnlyItsUseHasTheRestLeft) {
  Book b(monthly());
  b.line.used = gb(300);
  b.read();
  EXPECT_EQ(at(b, b.line.time).remaining, gb(700));
  b.line.used = gb(299) + gb(2);
  b.household.plan.allocation.reset();
  b.read_after(minutes{10});
  EXPECT_FALSE(at(b, b.line.time).remaining);
}

TEST(Standing, C02_AClockBeforeTheLastReadingIsNoError) {
  const Book b = ten_days();
  const Standing s = at(b, b.line.time - hours{3});
  EXPECT_TRUE(s.remaining);
  EXPECT_EQ(s.meter_unchanged, seconds{0});
  EXPECT_FALSE(s.used_today);
}

TEST(DataQuality, IsReadingsReceivedOverReadingsDue) {
  const Time now = utc(2025, 9, 10, 12);
  const Time since = now - hours{24};
  std::vector<Time> all;
  for (Time t = since + minutes{5}; t < now; t += minutes{10}) all.push_back(t);
  EXPECT_EQ(data_quality(all, since, seconds{600}, now), 1.0);
  std::vector<Time> half;
  for (std::size_t i = 0; i < all.size(); i += 2) half.push_back(all[i]);
  EXPECT_EQ(data_quality(half, since, seconds{600}, now), 0.5);
  EXPECT_EQ(data_quality({}, since, seconds{600}, now), 0.0);
  // Older readings and those of a clock that ran ahead don't count.
  EXPECT_EQ(data_quality(std::vector{now - hours{30}, now + hours{1}}, since, seconds{600}, now), 0.0);
}

TEST(DataQuality, IsAbsentBeforeTheFirstPollWasDueAndForgivesAPollUnderWay) {
  const Time start = utc(2025, 9, 10, 12);
  EXPECT_FALSE(data_quality({}, start, seconds{600}, start - seconds{1}));
  EXPECT_FALSE(data_quality({}, start, seconds{600}, start + seconds{30}));
  EXPECT_EQ(data_quality({}, start, seconds{600}, start + seconds{60}), 0.0);
  EXPECT_EQ(data_quality(std::vector{start + seconds{2}}, start, seconds{600}, start + seconds{2}), 1.0);
  EXPECT_EQ(data_quality(std::vector{start + seconds{2}}, start, seconds{600}, start + seconds{601}), 1.0);
  EXPECT_EQ(data_quality(std::vector{start + seconds{2}}, start, seconds{600}, start + seconds{661}), 0.5);
  EXPECT_FALSE(data_quality({}, start, seconds{0}, start + hours{1}));
}

}  // namespace
}  // namespace taara::book
