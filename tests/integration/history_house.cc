// SPDX-License-Identifier: Apache-2.0
#include "history_house.h"

#include <gtest/gtest.h>

#include "core/calendar.h"
#include "core/standing.h"
#include "daemon_process.h"
#include "io/store.h"

namespace taara::test {
namespace {

constexpr std::chrono::minutes kInterval{10};
constexpr std::size_t kAtOnce = 400;
constexpr int kFailsEvery = 97;

StoreConfig store_config(const std::filesystem::path& path) {
  StoreConfig config;
  config.path = path.string();
  return config;
}

void ignore(LogLevel, std::string_view, std::string_view) {}

}  // namespace

HistoryHouse::HistoryHouse(std::string household) {
  household_.name = std::move(household);
  household_.source = SourceKind::router;
  household_.zone = date::locate_zone("Africa/Nairobi");
  household_.plan.cycle = CycleKind::monthly;
  write_file(file("password"), "secret\n");
  write_file(file("taara.yml"), "households:\n  - name: " + household_.name +
                                    "\n    source: router\n    account: {username: family, password_file: ./password}\n"
                                    "    plan: {allocation: 1 TB, cycle: monthly, day: 1, at: \"00:00\"}\n"
                                    "store: {path: " +
                                    store().string() + "}\n");
}

Reading HistoryHouse::next_reading(Time time) {
  Reading reading;
  reading.time = time + seconds{1};
  if (++polls_ % kFailsEvery == 0) {
    reading.status = ReadingStatus::failed;
    reading.error = PollError::timeout;
    return reading;
  }
  // Day and night, and chance.
  random_ = random_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
  const unsigned hour = local_hour(*household_.zone, time).hour;
  const auto most = std::int64_t{hour < 6 ? 2'000'000 : hour < 17 ? 120'000'000 : 400'000'000};
  if (boundary_at_or_before(*household_.zone, household_.plan, time) == time) used_ = Bytes{0};
  used_ += Bytes{static_cast<std::int64_t>((random_ >> 33U) % static_cast<std::uint64_t>(most))};
  reading.status = ReadingStatus::success;
  reading.used = used_;
  reading.remaining = *household_.plan.allocation - used_;
  reading.response_time = milliseconds{40};
  return reading;
}

void HistoryHouse::live(Time from, Time to) {
  auto store = Store::open(store_config(this->store()), from, ignore);
  ASSERT_TRUE(store) << store.error().what;
  std::vector<PollRecord> records;
  for (Time time = from; time <= to; time += kInterval) {
    PollRecord record;
    record.household = household_.name;
    record.started = time;
    record.reading = next_reading(time);
    record.change = apply(book_, record.reading, household_);
    record.accepted = record.change.accepted;
    if (to - time < std::chrono::days{30}) record.raw = R"({"total_used_mb":)" + std::to_string(used_.count) + "}";
    const bool last = time + kInterval > to;
    // Of those that are saved together only the newest book counts.
    if (records.size() + 1 == kAtOnce || last) record.book = book_;
    record.polling.last_attempt = time;
    const bool up = record.reading.usable();
    const Standing standing = stand(book_, household_, record.reading.time);
    shown_[time] = {book_.usage_total,     standing.used,       standing.remaining,
                    standing.budget_today, standing.used_today, up};
    records.push_back(std::move(record));
    if (records.size() == kAtOnce || last) (*store)->save(std::exchange(records, {}));
  }
  EXPECT_TRUE((*store)->view().writable);
}

std::string HistoryHouse::exporter(std::vector<std::string> words, int expected_code) const {
  std::vector<std::string> command{TAARA_EXPORTER};
  command.insert(command.end(), words.begin(), words.end());
  command.push_back("--config.file=" + file("taara.yml").string());
  const Finished finished = run(command);
  EXPECT_EQ(finished.exit_code, expected_code) << finished.output.substr(0, 2000);
  return finished.output;
}

LedgerState HistoryHouse::book() const {
  const Time now = shown_.empty() ? Time{} : shown_.rbegin()->first;
  auto opened = Store::open(store_config(store()), now, ignore);
  if (!opened) {
    ADD_FAILURE() << opened.error().what;
    return {};
  }
  auto remembered = (*opened)->recall(household_.name, now);
  EXPECT_TRUE(remembered);
  return remembered ? remembered->book : LedgerState{};
}

}  // namespace taara::test
