// SPDX-License-Identifier: Apache-2.0
// Disks that are full, read-only, limited or broken: nothing is lost, nothing is there twice, and it heals by itself.
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>

#include "fault_vfs.h"
#include "store_fixture.h"

namespace taara {
namespace {

class StoreDisk : public StoreTest {
 protected:
  void expect_readings(int count) {
    EXPECT_EQ(sql("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(sql("SELECT count(*), count(DISTINCT started), (SELECT readings FROM store) FROM readings"),
              std::to_string(count) + "|" + std::to_string(count) + "|" + std::to_string(count));
  }
  void expect_waiting(const Store& store, std::uint64_t pending) {
    EXPECT_FALSE(store.view().writable);
    EXPECT_EQ(store.view().pending_readings, pending);
    EXPECT_EQ(count_notices("cannot be written"), 1U) << "told once, not every time";
  }
  void expect_healed(Store& store, int readings) {
    store.retry();
    EXPECT_TRUE(store.view().writable);
    EXPECT_EQ(store.view().pending_readings, 0U);
    EXPECT_EQ(store.view().dropped_readings, 0U);
    EXPECT_EQ(store.view().readings, static_cast<std::uint64_t>(readings));
    EXPECT_EQ(count_notices("writable again"), 1U);
    expect_readings(readings);
  }
  void fails_and_heals(FaultVfs::Op op, int code, bool half) {
    FaultVfs disk;
    auto store = open();
    save(*store, 0, 5);
    disk.write_half_before_failing(half);
    disk.fail(op, code);
    save(*store, 5, 12);
    EXPECT_TRUE(disk.has_failed());
    expect_waiting(*store, 7);
    EXPECT_GE(store->view().errors[2], 1U);
    auto found = store->recall("home", kStart + kPoll * 12);
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(found->book.usage_total, Bytes{11'000'000}) << "what waits is remembered too";
    EXPECT_EQ(found->last_day.size(), 12U);
    disk.heal();
    expect_healed(*store, 12);
    EXPECT_EQ(
        sql("SELECT group_concat(started) = (SELECT group_concat(started) FROM (SELECT started FROM readings ORDER "
            "BY started)) FROM readings"),
        "1")
        << "saved in order";
  }

  // In a child with a small disk of its own at config_.path's parent.
  void on_small_disk(const std::string& options, const std::function<void()>& body) {
    const int code = in_child([&] {
      if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
          ::mount("tmpfs", temp_.path().c_str(), "tmpfs", 0, options.c_str()) != 0) {
        ::_exit(kSkipped);
      }
      body();
    });
    if (code == kSkipped) GTEST_SKIP() << "SKIPPED: a small disk needs root and mount namespaces";
    EXPECT_EQ(code, 0);
  }
};

TEST_F(StoreDisk, D01_FullDiskKeepsReadingsAndSavesThemLater) { fails_and_heals(FaultVfs::kWrite, SQLITE_FULL, false); }
TEST_F(StoreDisk, D02_ShortWriteOnAFullDiskLeavesNothingTorn) { fails_and_heals(FaultVfs::kWrite, SQLITE_FULL, true); }
TEST_F(StoreDisk, D03_WriteErrorKeepsReadingsAndSavesThemLater) {
  fails_and_heals(FaultVfs::kWrite, SQLITE_IOERR_WRITE, false);
}
TEST_F(StoreDisk, D04_SyncErrorIsNeverAcknowledged) { fails_and_heals(FaultVfs::kSync, SQLITE_IOERR_FSYNC, false); }

TEST_F(StoreDisk, D04_WhatAFailedSyncLostIsWrittenAnewBeforeAnythingIsAcknowledged) {
  FaultVfs disk;
  auto store = open();
  save(*store, 0, 5);
  disk.fail(FaultVfs::kSync, SQLITE_IOERR_FSYNC, 0, false);
  save(*store, 5, 6);
  EXPECT_TRUE(disk.has_failed());
  save(*store, 6, 9);
  EXPECT_EQ(store->view().pending_readings, 0U);
  // Everything up to here was acknowledged.
  const std::string after = temp_.path() + "/after";
  disk.cut_power_into(config_.path, after);
  store.reset();
  config_.path = after;
  auto again = open();
  EXPECT_EQ(again->view().salvages, 0U);
  expect_readings(9);
}

TEST_F(StoreDisk, D05_APowerCutLosesNothingThatWasAcknowledged) {
  FaultVfs disk;
  auto store = open();
  for (int i = 0; i < 60; ++i) {
    save(*store, i, i + 1);
    if (i % 7 == 0) store->note_attempts({"home"}, kStart + kPoll * (i + 1));
    if (i % 10 != 9) continue;
    const std::string after = temp_.path() + "/after" + std::to_string(i);
    disk.cut_power_into(config_.path, after);
    EXPECT_EQ(sql("SELECT count(*) FROM readings", after + "/taara.db"), std::to_string(i + 1));
    EXPECT_EQ(sql("PRAGMA integrity_check", after + "/taara.db"), "ok");
  }
}

// Every write, sync, truncation and opening in turn fails, once or for ever.
TEST_F(StoreDisk, A8_NoFailingOperationLosesOrDoublesAReading) {
  const std::string base = config_.path;
  int survived = 0;
  for (const bool for_ever : {false, true}) {
    for (int n = 0; n < 400; n += n < 30 ? 1 : 13) {
      config_.path = base + (for_ever ? "e" : "o") + std::to_string(n);
      FaultVfs disk;
      auto store = open();
      save(*store, 0, 2);
      disk.fail_any(SQLITE_IOERR_WRITE, n, for_ever);
      for (int i = 2; i < 8; ++i) {
        store->note_attempts({"home"}, kStart + kPoll * i);
        save(*store, i, i + 1);
      }
      store->prune(kStart + kPoll * 8);
      const bool failed = disk.has_failed();
      disk.heal();
      store->retry();
      EXPECT_EQ(store->view().pending_readings, 0U) << n;
      EXPECT_EQ(store->view().salvages, 0U) << n;
      store.reset();
      expect_readings(8);
      EXPECT_EQ(sql("SELECT count(*) FROM attempts"), "0");
      std::filesystem::remove_all(config_.path);
      if (!failed) ++survived;
    }
  }
  EXPECT_GT(survived, 0) << "the sweep goes beyond the last operation";
}

TEST_F(StoreDisk, D01_RealFullDisk) {
  on_small_disk("size=1m,mode=700", [&] {
    auto store = open();
    save(*store, 0, 2);
    write_file(temp_.path() + "/ballast", std::string(2'000'000, 'x'));
    save(*store, 2, 40);
    expect_waiting(*store, 38);
    std::filesystem::remove(temp_.path() + "/ballast");
    expect_healed(*store, 40);
  });
}

TEST_F(StoreDisk, D01_StartOnAFullDiskServesAndQueues) {
  on_small_disk("size=1m,mode=700", [&] {
    {
      auto store = open();
      save(*store, 0, 3);
    }
    write_file(temp_.path() + "/ballast", std::string(2'000'000, 'x'));
    auto store = open();
    ASSERT_TRUE(store);
    auto found = store->recall("home", kStart + kPoll * 3);
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(found->last_day.size(), 3U);
    EXPECT_EQ(found->book.usage_total, Bytes{2'000'000});
    save(*store, 3, 5);
    expect_waiting(*store, 2);
    EXPECT_EQ(store->recall("home", kStart + kPoll * 5)->last_day.size(), 5U);
    std::filesystem::remove(temp_.path() + "/ballast");
    expect_healed(*store, 5);
  });
}

TEST_F(StoreDisk, D01_NoStoreCanBeMadeOnAFullDisk) {
  on_small_disk("size=64k,mode=700", [&] {
    write_file(temp_.path() + "/ballast", std::string(2'000'000, 'x'));
    auto opened = try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::io);
    EXPECT_NE(opened.error().what.find(config_.path), std::string::npos) << opened.error().what;
  });
}

TEST_F(StoreDisk, D12_ReadOnlyRemountIsServedAndHealed) {
  on_small_disk("size=4m,mode=700", [&] {
    auto store = open();
    save(*store, 0, 3);
    // Nothing may be open for writing, or the kernel refuses; so it is a start on a read-only disk, with and without a
    // log.
    const auto remount = [&](unsigned long flags) {
      ASSERT_EQ(::mount("tmpfs", temp_.path().c_str(), "tmpfs", MS_REMOUNT | flags, "size=4m"), 0) << strerror(errno);
    };
    const std::string log = read_file(file("taara.db-wal"));
    const std::string data = read_file(file());
    store.reset();
    for (const bool with_log : {false, true}) {
      if (with_log) {
        write_file(file(), data);
        write_file(file("taara.db-wal"), log);
      }
      notices_.clear();
      remount(MS_RDONLY);
      store = open();
      ASSERT_TRUE(store);
      auto found = store->recall("home", kStart + kPoll * 3);
      ASSERT_TRUE(found) << found.error().what;
      EXPECT_EQ(found->last_day.size(), 3U);
      save(*store, 3, 6);
      expect_waiting(*store, 3);
      remount(0);
      expect_healed(*store, 6);
      store.reset();
    }
  });
}

TEST_F(StoreDisk, D17_FileSizeLimitIsHandledLikeAFullDisk) {
  EXPECT_EQ(in_child([&] {
              std::signal(SIGXFSZ, SIG_IGN);
              auto store = open();
              save(*store, 0, 3);
              const rlimit small{8'000, RLIM_INFINITY};  // also less than a checkpoint needs
              ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
              save(*store, 3, 40);
              EXPECT_FALSE(store->view().writable);
              const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
              ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
              expect_healed(*store, 40);
            }),
            0);
}

TEST_F(StoreDisk, D20_WithoutInodesTheStoreInUseStaysInUse) {
  on_small_disk("size=8m,nr_inodes=20,mode=700", [&] {
    auto store = open();
    save(*store, 0, 3);
    const auto use_up_inodes = [&] {
      for (int i = 0; i < 30; ++i) write_file(temp_.path() + "/f" + std::to_string(i), "");
      ASSERT_FALSE(std::filesystem::exists(temp_.path() + "/f29"));
    };
    use_up_inodes();
    save(*store, 3, 300);
    EXPECT_TRUE(store->view().writable);
    store.reset();
    use_up_inodes();
    auto again = open();  // the log cannot be created
    ASSERT_TRUE(again);
    EXPECT_EQ(again->recall("home", kStart + kPoll * 300)->book.usage_total, Bytes{299'000'000});
    save(*again, 300, 302);
    expect_waiting(*again, 2);
    for (int i = 0; i < 30; ++i) std::filesystem::remove(temp_.path() + "/f" + std::to_string(i));
    expect_healed(*again, 302);
  });
}

TEST_F(StoreDisk, D01_AWeekOfReadingsWaitsAndOlderOnesAreCounted) {
  FaultVfs disk;
  auto store = open();
  save(*store, 0, 1);
  disk.fail(FaultVfs::kWrite, SQLITE_FULL);
  for (int i = 1; i <= 1010; ++i) {
    if (i > 3 && i < 1005) {  // in one go: the disk needn't be asked a thousand times
      std::vector<PollRecord> records;
      for (; i < 1005; ++i) records.push_back(poll_record("home", i));
      --i;
      store->save(std::move(records));
      continue;
    }
    save(*store, i, i + 1);
  }
  EXPECT_EQ(store->view().pending_readings, 1008U);
  EXPECT_EQ(store->view().dropped_readings, 2U);
  disk.heal();
  store->retry();
  EXPECT_EQ(sql("SELECT count(*), min(started), max(started) FROM readings WHERE started>1755734400"),
            "1008|" + std::to_string((kStart + kPoll * 3).time_since_epoch().count()) + "|" +
                std::to_string((kStart + kPoll * 1010).time_since_epoch().count()));
  EXPECT_EQ(sql("SELECT count(*) FROM hours"), "169") << "the totals of what was dropped are kept";
}

TEST_F(StoreDisk, WhatWaitsAtTheEndIsTriedOnceMoreAndElseReported) {
  FaultVfs disk;
  {
    auto store = open();
    disk.fail(FaultVfs::kWrite, SQLITE_FULL);
    save(*store, 0, 2);
    disk.heal();
  }
  EXPECT_EQ(sql("SELECT count(*) FROM readings"), "2");
  {
    auto store = open();
    disk.fail(FaultVfs::kWrite, SQLITE_FULL);
    save(*store, 2, 4);
  }
  disk.heal();
  EXPECT_EQ(count_notices("before the end"), 1U);
  EXPECT_EQ(details_.back(), "2 readings are lost");
}

}  // namespace
}  // namespace taara
