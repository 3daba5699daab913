// SPDX-License-Identifier: Apache-2.0
// Which files a store makes, takes and refuses, and with what rights.
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "io/store.h"
#include "store_fixture.h"

namespace taara {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

TEST_F(StoreTest, D09_AnEmptyFileIsAnEmptyStore) {
  std::filesystem::create_directory(config_.path);
  write_file(file(), "");
  auto store = open();
  save(*store, 0, 1);
  EXPECT_EQ(store->view().readings, 1U);
  EXPECT_EQ(store->view().salvages, 0U);
}

TEST_F(StoreTest, D10_AMissingFileIsANewStoreAndSaysSo) {
  auto store = open();
  EXPECT_EQ(count_notices("new store"), 1U);
  EXPECT_EQ(store->view().created, kStart);
  store.reset();
  auto again = open(kStart + kPoll);
  EXPECT_EQ(count_notices("new store"), 1U);
  EXPECT_EQ(again->view().created, kStart);
}

TEST_F(StoreTest, P11_FilesArePrivateWhateverTheUmask) {
  for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
    EXPECT_EQ(in_child([&] {
                ::umask(mask);
                auto store = open();
                save(*store, 0, 1);
                EXPECT_EQ(mode_of(config_.path), 0700U);
                for (const char* name : {"taara.db", "taara.db-wal", "taara.db-shm", "taara.lock"}) {
                  EXPECT_EQ(mode_of(file(name)), 0600U) << name;
                }
              }),
              0);
    std::filesystem::remove_all(config_.path);
  }
}

TEST_F(StoreTest, D13_AnUnusableDirectoryIsNamed) {
  config_.path = temp_.path() + "/missing/store";
  auto opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::io);
  EXPECT_NE(opened.error().what.find(config_.path), std::string::npos);
  write_file(temp_.path() + "/file", "x");
  config_.path = temp_.path() + "/file";
  opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::permission);
  EXPECT_NE(opened.error().what.find("store.path"), std::string::npos) << opened.error().what;
}

TEST_F(StoreTest, D13_ADirectoryOfSomebodyElseIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  std::filesystem::create_directory(config_.path);
  ::chmod(temp_.path().c_str(), 0755);
  ::chmod(config_.path.c_str(), 0755);
  EXPECT_EQ(in_child([&] {
              if (::setresuid(65534, 65534, 65534) != 0) ::_exit(kSkipped);
              auto opened = try_open();
              ASSERT_FALSE(opened);
              EXPECT_EQ(opened.error().code, Errc::permission);
              EXPECT_NE(opened.error().what.find(config_.path), std::string::npos);
            }),
            0);
}

TEST_F(StoreTest, D14_WhatIsNoRegularFileIsRefusedAndNotTouched) {
  std::filesystem::create_directory(config_.path);
  for (const char* name : {"taara.db", "taara.db-wal", "taara.lock"}) {
    for (int kind = 0; kind < 3; ++kind) {
      if (kind == 0) {
        write_file(temp_.path() + "/elsewhere", "precious");
        std::filesystem::create_symlink(temp_.path() + "/elsewhere", file(name));
      } else if (kind == 1) {
        ASSERT_EQ(::mkfifo(file(name).c_str(), 0600), 0);
      } else {
        std::filesystem::create_directory(file(name));
      }
      auto opened = try_open();
      ASSERT_FALSE(opened) << name << kind;
      EXPECT_EQ(opened.error().code, Errc::permission);
      EXPECT_NE(opened.error().what.find(file(name)), std::string::npos) << opened.error().what;
      EXPECT_NE(opened.error().what.find("move it away"), std::string::npos) << opened.error().what;
      EXPECT_EQ(read_file(temp_.path() + "/elsewhere"), "precious");
      std::filesystem::remove(file(name));
    }
  }
}

TEST_F(StoreTest, D15_SecondInstanceIsRefusedAndTheFirstGoesOn) {
  auto first = open();
  save(*first, 0, 1);
  auto second = try_open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_NE(second.error().what.find(file("taara.lock")), std::string::npos);
  save(*first, 1, 2);
  EXPECT_EQ(first->view().readings, 2U);
  first.reset();
  EXPECT_TRUE(try_open());
}

TEST_F(StoreTest, D16_WithoutFreeDescriptorsTheOpenStoreStillSaves) {
  EXPECT_EQ(in_child([&] {
              auto store = open();
              const int next = ::dup(0);
              ::close(next);
              const rlimit none{static_cast<rlim_t>(next), static_cast<rlim_t>(next)};
              ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
              ASSERT_LT(::dup(0), 0);
              store->note_attempts({"home"}, kStart);
              save(*store, 0, 300);  // several checkpoints
              EXPECT_TRUE(store->view().writable);
              EXPECT_EQ(store->view().pending_readings, 0U);
              EXPECT_EQ(store->view().readings, 300U);
            }),
            0);
}

TEST_F(StoreTest, D22_ANewerSchemaIsRefusedAndTheFileStaysByteForByte) {
  {
    auto store = open();
    save(*store, 0, 3);
  }
  sql("PRAGMA user_version=99; UPDATE store SET version=99; CREATE TABLE tomorrow(x)");
  // Once with everything in the file, once with something in the log.
  for (const bool with_log : {false, true}) {
    if (with_log) {
      const std::string copy = file("copy");
      sqlite3* writer = nullptr;
      sqlite3_open(file().c_str(), &writer);
      sqlite3_exec(writer, "INSERT INTO tomorrow VALUES(1)", nullptr, nullptr, nullptr);
      std::filesystem::copy_file(file(), copy);
      std::filesystem::copy_file(file("taara.db-wal"), copy + "-wal");
      sqlite3_close(writer);
      std::filesystem::rename(copy, file());
      std::filesystem::rename(copy + "-wal", file("taara.db-wal"));
    }
    const std::string before = read_file(file()) + read_file(file("taara.db-wal"));
    auto opened = try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::newer_schema);
    EXPECT_TRUE(read_file(file()) + read_file(file("taara.db-wal")) == before);
    EXPECT_EQ(files_like("damaged").size(), 0U);
  }
}

TEST_F(StoreTest, ADatabaseOfAnotherProgramIsPutAsideUnharmed) {
  std::filesystem::create_directory(config_.path);
  sqlite3* other = nullptr;
  sqlite3_open(file().c_str(), &other);
  sqlite3_exec(other, "CREATE TABLE recipes(x); INSERT INTO recipes VALUES('soup')", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  auto store = open();
  save(*store, 0, 1);
  const auto aside = files_like("damaged");
  ASSERT_EQ(aside.size(), 1U);
  EXPECT_EQ(aside[0], "taara.db.damaged-20250821T000000Z");
  EXPECT_EQ(sql("SELECT x FROM recipes", file(aside[0])), "soup");
}

TEST_F(StoreTest, LeavesNoDescriptorBehind) {
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
  };
  { auto store = open(); }
  const auto before = count();
  for (int i = 0; i < 20; ++i) {
    auto store = open();
    save(*store, i, i + 1);
    (void)try_open();
  }
  EXPECT_EQ(count(), before);
}

}  // namespace
}  // namespace taara
