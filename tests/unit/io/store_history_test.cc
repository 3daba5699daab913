// SPDX-License-Identifier: Apache-2.0
#include "io/store_history.h"

#include <algorithm>
#include <set>

#include "io/store_learning.h"
#include "io/store_schema.h"
#include "io/store_text.h"
#include "store_fixture.h"

namespace taara {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

class StoreHistoryTest : public StoreTest {
 protected:
  // Readings through the real book, `each` used in every ten minutes.
  void run(Store& store, Time from, Time to, std::int64_t each) {
    for (Time time = from; time <= to; time += minutes{10}) {
      PollRecord record;
      record.household = household_.name;
      record.started = time;
      record.reading.time = time;
      record.reading.status = ReadingStatus::success;
      record.reading.used = used_;
      record.change = apply(book_, record.reading, household_);
      record.accepted = record.change.accepted;
      record.book = book_;
      std::vector<PollRecord> records;
      records.push_back(std::move(record));
      store.save(std::move(records));
      used_ += Bytes{each};
    }
  }
  std::vector<StoredHour> hours_of(const std::string& name = "home") {
    std::vector<StoredHour> found;
    auto history = StoreHistory::open(config_.path);
    EXPECT_TRUE(history) << history.error().what;
    EXPECT_TRUE(history->hours(name, kStart - days{30}, kStart + days{30}, [&](const StoredHour& hour) {
      found.push_back(hour);
      return true;
    }));
    return found;
  }

  Household household_ = [] {
    Household household;
    household.name = "home";
    household.zone = date::locate_zone("Africa/Nairobi");
    return household;
  }();
  LedgerState book_;
  Bytes used_{0};
};

TEST_F(StoreHistoryTest, EveryColumnOfTheStoreIsKnownToTheHistory) {
  std::set<std::string_view> known;
  for (const Table& table : store_tables()) {
    if (table.name == std::string_view("habits")) continue;  // made anew from days and hours
    const HistoryTable* const described = history_table(table.name);
    ASSERT_NE(described, nullptr) << table.name << " is missing in core/history_table.cc";
    std::string columns = "household";
    for (const HistoryColumn& column : described->columns) columns += ", " + std::string(column.name);
    EXPECT_EQ(columns, table.columns) << table.name;
    known.insert(table.name);
  }
  EXPECT_EQ(known.size(), history_tables().size());
}

// As systemd makes it for a dynamic user: /var/lib/taara leads to /var/lib/private/taara.
TEST_F(StoreHistoryTest, TheFolderMayBeReachedOverALink) {
  auto store = open();
  run(*store, kStart, kStart + hours{3}, 1'000);
  const std::string link = temp_.path() + "/link";
  ASSERT_EQ(symlink(config_.path.c_str(), link.c_str()), 0);
  EXPECT_TRUE(StoreHistory::open(link));
}

TEST_F(StoreHistoryTest, HabitsAreMadeAnewFromDaysAndHours) {
  auto store = open();
  run(*store, kStart, kStart + hours{24 * 20}, 1'000'000'000 / 144);
  auto history = StoreHistory::open(config_.path);
  ASSERT_TRUE(history);
  const auto habits = learn_anew(*history, household_, kStart + hours{24 * 20});
  ASSERT_TRUE(habits);
  EXPECT_GE(habits->level.known, 18U);
  EXPECT_NEAR(habits->level.mean, 1e9, 1e7);
  for (const double share : hour_shares(habits->hours)) EXPECT_NEAR(share, 1.0 / 24, 1e-3);
}

TEST_F(StoreHistoryTest, AnHourWithoutUseHasARowWithZero) {
  auto store = open();
  run(*store, kStart, kStart + hours{3}, 0);
  const auto found = hours_of();
  ASSERT_EQ(found.size(), 3U);
  for (const StoredHour& hour : found) {
    EXPECT_EQ(hour.used.count, 0);
    EXPECT_EQ(hour.known, HourKnowledge::whole);
  }
}

TEST_F(StoreHistoryTest, TheHourUnderWayIsLeftOut) {
  auto store = open();
  run(*store, kStart, kStart + hours{2} + minutes{30}, 1000);
  const auto found = hours_of();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.back().start, kStart + hours{1});
  EXPECT_EQ(found.back().used.count, 6000);
}

TEST_F(StoreHistoryTest, TheHourOfTheFirstReadingIsPartial) {
  auto store = open();
  run(*store, kStart + minutes{30}, kStart + hours{2}, 1000);
  const auto found = hours_of();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].known, HourKnowledge::partial);
  EXPECT_EQ(found[0].used.count, 3000);
  EXPECT_EQ(found[1].known, HourKnowledge::whole);
}

TEST_F(StoreHistoryTest, HoursOfALongGapAreSpreadEvenlyAndSaySo) {
  auto store = open();
  run(*store, kStart, kStart + hours{1}, 1000);
  used_ += Bytes{10'000'000};
  run(*store, kStart + hours{11}, kStart + hours{13}, 1000);
  const auto found = hours_of();
  ASSERT_EQ(found.size(), 13U);
  EXPECT_EQ(found[0].known, HourKnowledge::whole);
  for (std::size_t i = 1; i < 11; ++i) EXPECT_EQ(found[i].known, HourKnowledge::spread) << i;
  EXPECT_EQ(found[11].known, HourKnowledge::whole);
  EXPECT_EQ(found[12].known, HourKnowledge::whole);
}

TEST_F(StoreHistoryTest, AGapOfTwoHoursIsBridged) {
  auto store = open();
  run(*store, kStart, kStart + hours{1}, 1000);
  run(*store, kStart + hours{3}, kStart + hours{4}, 1000);
  for (const StoredHour& hour : hours_of()) EXPECT_EQ(hour.known, HourKnowledge::whole);
}

TEST_F(StoreHistoryTest, HoursBeforeAllReadingsAreWhole) {
  auto store = open();
  run(*store, kStart, kStart + hours{2}, 1000);
  store.reset();
  sql("INSERT INTO hours(household, starts, used) SELECT id, " +
      std::to_string((kStart - hours{5}).time_since_epoch().count()) + ", 7 FROM households");
  const auto found = hours_of();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].used.count, 7);
  EXPECT_EQ(found[0].known, HourKnowledge::whole);
  EXPECT_EQ(found[1].known, HourKnowledge::whole);
}

TEST_F(StoreHistoryTest, DaysComeWhenTheyAreOver) {
  auto store = open();
  run(*store, kStart, kStart + days{3}, 1000);
  std::vector<StoredDay> found;
  auto history = StoreHistory::open(config_.path);
  ASSERT_TRUE(history);
  ASSERT_TRUE(history->days("home", kStart - days{30}, kStart + days{30}, [&](const StoredDay& day) {
    found.push_back(day);
    return true;
  }));
  ASSERT_EQ(found.size(), 3U);  // 21 August began before the first reading, 24 August is under way
  EXPECT_EQ(date_text(found[0].date), "2025-08-21");
  EXPECT_EQ(found[1].used.count, 144'000);
  EXPECT_EQ(found[1].end - found[1].start, hours{24});
}

TEST_F(StoreHistoryTest, ReadingsComeBackAsTheyWereSaved) {
  auto store = open();
  save(*store, 0, 3);
  auto history = StoreHistory::open(config_.path);
  ASSERT_TRUE(history);
  int count = 0;
  ASSERT_TRUE(history->readings("home", [&](const StoredReading& stored) {
    const PollRecord saved = poll_record("home", count++);
    EXPECT_EQ(stored.started, saved.started);
    EXPECT_TRUE(stored.accepted);
    EXPECT_EQ(stored.reading.time, saved.reading.time);
    EXPECT_EQ(stored.reading.status, saved.reading.status);
    EXPECT_EQ(stored.reading.remaining, saved.reading.remaining);
    EXPECT_EQ(stored.reading.expiry, saved.reading.expiry);
    EXPECT_EQ(stored.reading.plan, saved.reading.plan);
    EXPECT_EQ(stored.reading.plans.size(), 2U);
    EXPECT_EQ(stored.reading.response_time, saved.reading.response_time);
    EXPECT_FALSE(stored.reading.error);
    return true;
  }));
  EXPECT_EQ(count, 3);
  const auto book = history->book("home");
  ASSERT_TRUE(book && *book);
  EXPECT_EQ((*book)->usage_total.count, 2'000'000);
}

TEST_F(StoreHistoryTest, ItReadsBesideARunningStoreAndSeesOneMoment) {
  auto store = open();
  save(*store, 0, 3);
  auto history = StoreHistory::open(config_.path);
  ASSERT_TRUE(history) << history.error().what;
  save(*store, 3, 10);
  EXPECT_TRUE(store->view().writable);
  int count = 0;
  ASSERT_TRUE(history->rows("home", *history_table("readings"), [&](const HistoryRow&) { return ++count > 0; }));
  EXPECT_EQ(count, 3);
  EXPECT_EQ(*history->households(), std::vector<std::string>{"home"});
}

TEST_F(StoreHistoryTest, AVisitorMayStop) {
  auto store = open();
  save(*store, 0, 3);
  auto history = StoreHistory::open(config_.path);
  ASSERT_TRUE(history);
  int count = 0;
  ASSERT_TRUE(history->readings("home", [&](const StoredReading&) { return ++count < 2; }));
  EXPECT_EQ(count, 2);
}

TEST_F(StoreHistoryTest, WhatIsntThereIsSaid) {
  const auto nothing = StoreHistory::open(config_.path);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Errc::not_found);
  EXPECT_NE(nothing.error().what.find(config_.path), std::string::npos);

  auto store = open();
  auto history = StoreHistory::open(config_.path);
  ASSERT_TRUE(history);
  EXPECT_TRUE(history->households()->empty());
  EXPECT_TRUE(hours_of("nobody").empty());
  EXPECT_FALSE(*history->book("nobody"));
}

TEST_F(StoreHistoryTest, AFileOfAnotherVersionIsNotTouched) {
  open().reset();
  sql("PRAGMA user_version=99; UPDATE store SET version=99");
  const auto newer = StoreHistory::open(config_.path);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, Errc::newer_schema);
}

}  // namespace
}  // namespace taara
