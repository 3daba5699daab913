// SPDX-License-Identifier: Apache-2.0
// A store with ten years of readings: what its size may cost at the start.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

#include "house.h"
#include "io/sqlite.h"

namespace taara::test {
namespace {

constexpr int kTenYears = 526'000;  // readings, one each ten minutes

// Puts `count` readings before the oldest one, each like the newest and ten minutes apart.
void add_past(const std::filesystem::path& file, int count) {
  auto database = Connection::open(file, Connection::Mode::read_write);
  ASSERT_TRUE(database) << database.error().what;
  const std::string last = std::to_string(count);
  const auto added = database->run(
      "PRAGMA synchronous=OFF; BEGIN;"
      "WITH RECURSIVE past(n) AS (SELECT " +
      last +
      " UNION ALL SELECT n-1 FROM past WHERE n>1) "
      "INSERT INTO readings(household, started, time, status, reached, accepted, remaining, resolution, purchased, "
      "expiry, expiry_resolution, response_ms, plan, plans) "
      "SELECT household, first-600*n, first-600*n+1, status, reached, accepted, remaining, resolution, purchased, "
      "expiry, expiry_resolution, response_ms, plan, plans FROM past, (SELECT *, min(started) OVER () AS first "
      "FROM readings ORDER BY started DESC LIMIT 1);"
      "UPDATE store SET readings=readings+" +
      last + "; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  ASSERT_TRUE(added) << added.error().what;
}

// What this process has read from files so far, in bytes.
double bytes_read() {
  std::ifstream io("/proc/self/io");
  std::string key;
  double value = 0;
  io >> key >> value;
  return value;
}

double most_memory_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1000;
}

// Instead of the second that faults.md allows, which depends on the machine: what the start reads. Beyond SQLite's
// check of the structure it may read next to nothing, so that not even one scan of the smallest index passes.
TEST(StoreAge, D19_TenYearsCostOneCheckOfTheStructureAndNoMemory) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara, 1, [](Config& config) { config.store.readings = std::chrono::days{3700}; });
  house.polls(3);
  const double counted = *house.page()[home("taara_usage_bytes_total")];
  const auto file = house.store_path() / "taara.db";
  double check = 0;
  double read = 0;
  double memory = 0;
  house.restart_with([&] {
    add_past(file, kTenYears);
    read = bytes_read();
    auto database = Connection::open(file, Connection::Mode::read_write);
    EXPECT_EQ(database->text("PRAGMA quick_check(1)").value(), "ok");
    check = bytes_read() - read;
    memory = most_memory_mb();
    read = bytes_read();
  });
  read = bytes_read() - read;
  memory = most_memory_mb() - memory;
  const auto size = static_cast<double>(std::filesystem::file_size(file));
  EXPECT_GT(size, 64e6);
  EXPECT_LT(check, 2.5 * size) << "the check itself goes over the tables twice";
  EXPECT_LT(read, check + 1e6);
  EXPECT_LT(memory, 16);
  const Page page = house.page();
  EXPECT_EQ(page["taara_store_readings"], kTenYears + 3) << house.log();
  EXPECT_EQ(page[home("taara_usage_bytes_total")], counted);
}

}  // namespace
}  // namespace taara::test
