// SPDX-License-Identifier: Apache-2.0
// Files that somebody deletes, empties or replaces while the store has them open.
#include "store_fixture.h"

namespace taara {
namespace {

class StoreLostFile : public StoreTest {};

TEST_F(StoreLostFile, D11_ADeletedFileIsMadeGoodFromTheOneThatIsStillOpen) {
  auto store = open();
  save(*store, 0, 20);
  save(*store, 0, 3, "cottage");
  for (const bool all : {false, true}) {
    for (const char* name : {"taara.db", "taara.db-wal", "taara.db-shm", "taara.lock"}) {
      if (all || std::string_view(name) == "taara.db") std::filesystem::remove(file(name));
    }
    const int at = all ? 21 : 20;
    save(*store, at, at + 1);
    EXPECT_TRUE(store->view().writable);
    EXPECT_EQ(store->view().readings, static_cast<std::uint64_t>(at) + 4);
    EXPECT_EQ(sql("SELECT count(*) FROM readings"), std::to_string(at + 4));
    EXPECT_EQ(sql("SELECT count(*) FROM hours WHERE household=(SELECT id FROM households WHERE name='home')"), "4");
  }
  EXPECT_EQ(store->view().errors[0], 2U);
  EXPECT_EQ(count_notices("deleted, replaced or cut"), 2U);
  EXPECT_FALSE(try_open()) << "the lock is held again";
  store.reset();
  store = open();
  EXPECT_EQ(store->recall("cottage", kStart + kPoll * 3)->book.usage_total, Bytes{2'000'000});
  EXPECT_EQ(sql("PRAGMA integrity_check"), "ok");
}

TEST_F(StoreLostFile, D11_AnEmptiedFileGetsTheNewestStatesBack) {
  auto store = open();
  save(*store, 0, 20);
  save(*store, 0, 3, "cottage");
  write_file(file(), "");
  save(*store, 20, 22);
  EXPECT_TRUE(store->view().writable);
  EXPECT_GE(store->view().errors[0], 1U);
  EXPECT_EQ(count_notices("deleted, replaced or cut"), 1U);
  // All was still in the log.
  EXPECT_EQ(store->view().readings, 25U);
  // And when the log has gone as well:
  write_file(file("taara.db-wal"), "");
  write_file(file(), "");
  save(*store, 22, 23);
  EXPECT_TRUE(store->view().writable);
  store.reset();
  store = open();
  EXPECT_EQ(store->recall("cottage", kStart + kPoll * 3)->book.usage_total, Bytes{2'000'000});
  EXPECT_EQ(store->recall("home", kStart + kPoll * 23)->book.usage_total, Bytes{22'000'000});
  EXPECT_EQ(sql("PRAGMA integrity_check"), "ok");
}

TEST_F(StoreLostFile, D11_AReplacedFileIsMerged) {
  const std::string backup = temp_.path() + "/backup.db";
  {
    auto store = open();
    save(*store, 0, 4, "cottage");  // has the id that "home" has later
    store.reset();
    std::filesystem::rename(file(), backup);
  }
  auto store = open();
  save(*store, 0, 10);
  std::filesystem::rename(backup, file());
  save(*store, 10, 12);
  EXPECT_TRUE(store->view().writable);
  EXPECT_EQ(store->view().readings, 16U);
  EXPECT_EQ(sql("SELECT name, count(*) FROM readings r JOIN households h ON h.id=r.household GROUP BY 1 ORDER BY 1"),
            "cottage|4\nhome|12");
  store.reset();
  EXPECT_EQ(sql("PRAGMA integrity_check"), "ok");
}

TEST_F(StoreLostFile, D11_ADeletedDirectoryIsMadeAgain) {
  auto store = open();
  save(*store, 0, 5);
  std::filesystem::remove_all(config_.path);
  save(*store, 5, 6);
  EXPECT_TRUE(store->view().writable);
  EXPECT_EQ(sql("SELECT count(*) FROM readings"), "6");
}

}  // namespace
}  // namespace taara
