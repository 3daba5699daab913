// SPDX-License-Identifier: Apache-2.0
// What a store keeps and recalls, and for how long.
#include "io/store.h"

#include "store_fixture.h"

namespace taara {
namespace {

TEST_F(StoreTest, KeepsEverythingThatAHouseholdMustRememberAcrossARestart) {
  {
    auto store = open();
    save(*store, 0, 5);
    EXPECT_TRUE(store->view().writable);
    EXPECT_EQ(store->view().readings, 5U);
  }
  auto store = open();
  EXPECT_EQ(store->view().readings, 5U);
  auto found = store->recall("home", kStart + kPoll * 5);
  ASSERT_TRUE(found) << found.error().what;
  const PollRecord last = poll_record("home", 4);
  EXPECT_EQ(found->book.usage_total, last.book.usage_total);
  EXPECT_EQ(found->book.hours.size(), 24U);
  EXPECT_EQ(found->polling.successes_in_row, 4U);
  EXPECT_EQ(found->polling.last_attempt, last.polling.last_attempt);
  EXPECT_EQ(found->plan, "1 Month Unlimited");
  ASSERT_EQ(found->plans.size(), 2U);
  EXPECT_EQ(found->plans[1].remaining, Bytes{500'000'000});
  EXPECT_TRUE(found->last_usable);
  EXPECT_EQ(found->last_day.size(), 5U);
  EXPECT_EQ(found->last_day.front().started, kStart);
}

TEST_F(StoreTest, KnowsNothingOfAHouseholdThatItHasNotSeen) {
  auto store = open();
  auto found = store->recall("new", kStart);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->book.last);
  EXPECT_FALSE(found->polling.last_attempt);
  EXPECT_TRUE(found->last_day.empty());
  EXPECT_TRUE(found->plan.empty());
}

TEST_F(StoreTest, KeepsEveryFieldOfAReadingAbsentOnesAsAbsent) {
  auto store = open();
  PollRecord full = poll_record("home", 0);
  full.reading.used = Bytes{7};
  full.reading.allocation = Bytes{8};
  full.reading.resolution = Bytes{100'000'000};
  full.reading.purchased = kStart - std::chrono::days{3};
  full.reading.expiry_resolution = seconds{86'400};
  full.reading.status = ReadingStatus::partial;
  full.change.events = {MeterEvent::renewal, MeterEvent::top_up};
  full.change.violations = {{Field::plan, "/data/plan: missing"}};
  full.change.ended_cycle = Cycle{kStart - std::chrono::days{30}, kStart, Bytes{10}, Bytes{9}, Bytes{9}, {}, Bytes{1}};
  PollRecord failed = poll_record("home", 1);
  failed.reading = Reading{};
  failed.reading.time = kStart + kPoll;
  failed.reading.error = PollError::http_5xx;
  failed.accepted = false;
  failed.reached = true;
  failed.raw.clear();
  failed.change = {};
  std::vector<PollRecord> records;
  records.push_back(std::move(full));
  records.push_back(std::move(failed));
  store->save(std::move(records));
  EXPECT_EQ(
      sql("SELECT started,time,status,error,reached,accepted,remaining,used,allocation,resolution,purchased,expiry,"
          "expiry_resolution,response_ms,plan,plans,events,violations FROM readings ORDER BY started"),
      "1755734400|1755734401|partial|-|1|1|1000000000000|7|8|100000000|1755475200|1758326400|86400|640|"
      "1 Month Unlimited|[[\"1 Month Unlimited\",1000000000000,true,true],[\"500 MB Free Trial\",500000000,false,"
      "false]]|[\"renewal\",\"top_up\"]|[[\"plan\",\"/data/plan: missing\"]]\n"
      "1755735000|1755735000|failed|http_5xx|1|0|-|-|-|1|-|-|86400|0|-|-|-|-");
  EXPECT_EQ(sql("SELECT starts,ends,allocation,used,used_peak,meter_offset,top_ups FROM cycles"),
            "1753142400|1755734400|10|9|9|0|1");
  EXPECT_EQ(sql("SELECT count(*) FROM raw"), "1");
  auto found = store->recall("home", kStart + kPoll);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->plan, "1 Month Unlimited") << "the last usable reading's plan stays";
  EXPECT_EQ(found->plans.size(), 2U);
  EXPECT_FALSE(found->last_usable);
  ASSERT_EQ(found->last_day.size(), 2U);
  EXPECT_FALSE(found->last_day[1].usable);
}

// The i-th poll, which found that a cycle of `days` had ended at its start.
PollRecord renewal_record(int i, int days, std::optional<Bytes> allocation, Bytes used) {
  PollRecord record = poll_record("home", i);
  Cycle ended;
  ended.start = record.started - std::chrono::days{days};
  ended.end = record.started;
  ended.allocation = allocation;
  ended.used = used;
  record.change.ended_cycle = ended;
  record.book.cycle = Cycle{};
  record.book.cycle->start = record.started;
  record.book.cycle->end = record.started + std::chrono::days{30};
  return record;
}

void save_one(Store& store, PollRecord record) {
  std::vector<PollRecord> records;
  records.push_back(std::move(record));
  store.save(std::move(records));
}

TEST_F(StoreTest, TheLastFinishedCycleIsRecalledAfterARestart) {
  {
    auto store = open();
    save(*store, 0, 1);
    EXPECT_FALSE(store->recall("home", kStart)->last_cycle);
    save_one(*store, renewal_record(1, 30, Bytes{100}, Bytes{90}));
    save_one(*store, renewal_record(1 + 144 * 31, 31, std::nullopt, Bytes{70}));
  }
  auto store = open();
  const auto found = store->recall("home", kStart + std::chrono::days{31});
  ASSERT_TRUE(found && found->last_cycle);
  EXPECT_EQ(found->last_cycle->start, kStart + kPoll);
  EXPECT_EQ(found->last_cycle->end, kStart + kPoll + std::chrono::days{31});
  EXPECT_EQ(found->last_cycle->used, Bytes{70});
  EXPECT_FALSE(found->last_cycle->allocation);
  EXPECT_FALSE(store->recall("cottage", kStart)->last_cycle);
}

TEST_F(StoreTest, C02_ACycleThatIsNotBeforeTheBooksIsNotTheLastOne) {
  auto store = open();
  save_one(*store, renewal_record(0, 30, Bytes{100}, Bytes{90}));
  // A clock that ran ahead ended the present cycle, too; the book has found back.
  PollRecord turned = renewal_record(144 * 31, 31, Bytes{100}, Bytes{1});
  turned.book.cycle->start = kStart;
  save_one(*store, std::move(turned));
  const auto found = store->recall("home", kStart + std::chrono::days{1});
  ASSERT_TRUE(found && found->last_cycle);
  EXPECT_EQ(found->last_cycle->used, Bytes{90});
}

TEST_F(StoreTest, ThePlanSurvivesAFailedFirstPollAfterARestart) {
  {
    auto store = open();
    save(*store, 0, 1);
  }
  {
    auto store = open();
    PollRecord failed = poll_record("home", 1);
    failed.reading = Reading{};
    std::vector<PollRecord> records;
    records.push_back(std::move(failed));
    store->save(std::move(records));  // without a recall before
  }
  auto found = open()->recall("home", kStart + kPoll);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->plan, "1 Month Unlimited");
  EXPECT_EQ(found->plans.size(), 2U);
}

TEST_F(StoreTest, HoursAndDaysAreTotalsNotSums) {
  auto store = open();
  save(*store, 0, 7);
  EXPECT_EQ(sql("SELECT starts,used FROM hours ORDER BY starts"), "1755734400|5000000\n1755738000|6000000");
  EXPECT_EQ(sql("SELECT date,starts,ends,budget,used FROM days"),
            "2025-08-21|1755734400|1755820800|30000000000|6000000");
}

TEST_F(StoreTest, AnAttemptWithoutAnAnswerCountsAsAPollAfterAKill) {
  {
    auto store = open();
    save(*store, 0, 1);
    store->note_attempts({"home", "cottage"}, kStart + kPoll);
  }
  auto store = open();
  auto found = store->recall("home", kStart + kPoll);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->last_day.size(), 2U);
  EXPECT_EQ(found->last_day[1].started, kStart + kPoll);
  EXPECT_TRUE(found->last_day[1].reached);
  EXPECT_FALSE(found->last_day[1].usable);
  EXPECT_EQ(found->polling.last_attempt, kStart + kPoll);
  EXPECT_TRUE(found->polling.last_reached);
  auto other = store->recall("cottage", kStart + kPoll);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->last_day.size(), 1U);
}

TEST_F(StoreTest, AnAnswerTakesTheAttemptsPlace) {
  auto store = open();
  store->note_attempts({"home"}, kStart);
  PollRecord record = poll_record("home", 0);
  record.reached = false;
  record.polling.last_reached = false;
  std::vector<PollRecord> records;
  records.push_back(std::move(record));
  store->save(std::move(records));
  auto found = store->recall("home", kStart);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->last_day.size(), 1U);
  EXPECT_FALSE(found->last_day[0].reached);
  EXPECT_EQ(sql("SELECT count(*) FROM attempts"), "0");
}

TEST_F(StoreTest, OnlyTheLastDayIsRecalled) {
  auto store = open();
  save(*store, 0, 200);
  auto found = store->recall("home", kStart + kPoll * 199);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->last_day.size(), 144U);
}

TEST_F(StoreTest, D08_APollThatIsThereAlreadyIsNotStoredTwice) {
  auto store = open();
  save(*store, 0, 3);
  save(*store, 1, 2);
  EXPECT_EQ(sql("SELECT count(*), count(DISTINCT started) FROM readings"), "3|3");
  EXPECT_EQ(store->view().readings, 3U);
}

TEST_F(StoreTest, AnOutsideWriterOnlyDelaysSaving) {
  auto store = open();
  sqlite3* other = nullptr;
  sqlite3_open(file().c_str(), &other);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  save(*store, 0, 2);
  EXPECT_FALSE(store->view().writable);
  EXPECT_EQ(store->view().pending_readings, 2U);
  sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  store->retry();
  EXPECT_TRUE(store->view().writable);
  EXPECT_EQ(sql("SELECT count(*) FROM readings"), "2");
  EXPECT_EQ(count_notices("cannot be written"), 1U);
  EXPECT_EQ(count_notices("writable again"), 1U);
}

TEST_F(StoreTest, PruneDeletesOnlyWhatIsTooOldInSmallSteps) {
  config_.readings = std::chrono::days{2};
  config_.raw = std::chrono::days{1};
  config_.days = std::chrono::days{3};
  auto store = open();
  std::vector<PollRecord> records;
  records.reserve(1480);
  for (int i = 0; i < 1440; ++i) records.push_back(poll_record("home", i));  // ten days
  for (int i = 1400; i < 1440; ++i) records.push_back(poll_record("cottage", i));
  records[1].change.ended_cycle = Cycle{kStart - std::chrono::days{30}, kStart, {}, {}, {}, {}, {}};
  records[1430].change.ended_cycle = Cycle{kStart, kStart + std::chrono::days{9}, {}, {}, {}, {}, {}};
  store->save(std::move(records));
  const Time now = kStart + std::chrono::days{10};
  store->prune(now);
  EXPECT_EQ(sql("SELECT count(*) FROM readings"), "980") << "500 rows a step";
  for (int i = 0; i < 10; ++i) store->prune(now);
  EXPECT_EQ(sql("SELECT count(*), min(started) FROM readings"),
            "328|" + std::to_string((now - std::chrono::days{2}).time_since_epoch().count()));
  EXPECT_EQ(store->view().readings, 328U);
  EXPECT_EQ(sql("SELECT readings FROM store"), "328");
  EXPECT_EQ(sql("SELECT count(*), min(started) FROM raw"),
            "184|" + std::to_string((now - std::chrono::days{1}).time_since_epoch().count()));
  EXPECT_EQ(sql("SELECT min(starts) FROM hours"),
            std::to_string((now - std::chrono::days{3}).time_since_epoch().count()));
  EXPECT_EQ(sql("SELECT min(date) FROM days"), "2025-08-27") << "three days and the one that a time zone may need";
  EXPECT_EQ(sql("SELECT starts FROM cycles"), std::to_string(kStart.time_since_epoch().count()));
}

TEST_F(StoreTest, AFileThatIsPrunedDoesNotGrowForEver) {
  config_.readings = config_.raw = config_.days = std::chrono::days{2};
  auto store = open();
  std::uint64_t after_three_days = 0;
  for (int i = 0; i < 144 * 12; ++i) {
    save(*store, i, i + 1);
    if (i % 6 == 0) store->prune(kStart + kPoll * i);
    if (i == 144 * 4) after_three_days = store->view().size_bytes;
  }
  // The log may be as long as its limit at either moment.
  EXPECT_LE(store->view().size_bytes, after_three_days + 5'000'000);
  EXPECT_LE(std::stoi(sql("PRAGMA page_count")), 200);
}

}  // namespace
}  // namespace taara
