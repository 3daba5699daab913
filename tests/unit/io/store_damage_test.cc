// SPDX-License-Identifier: Apache-2.0
// Damaged and cut files: the store always opens, keeps what can be read and goes on.
#include <csignal>
#include <random>

#include "store_fixture.h"

namespace taara {
namespace {

constexpr int kReadings = 100;
constexpr std::size_t kPage = 4096;

bool slow() { return std::getenv("TAARA_SLOW_TESTS") != nullptr; }

class StoreDamage : public StoreTest {
 protected:
  struct Files {
    std::string database;
    std::string log;
  };
  struct Leaf {
    int readings = 0;
    bool inner = false;  // or the root: of no use to tell how much is lost
  };

  // A store with two households, as it lies on the disk: all in the database, or the later half in the log.
  Files make(bool with_log, int readings = kReadings) {
    auto store = open();
    std::vector<PollRecord> records;
    records.reserve(static_cast<std::size_t>(readings));
    for (int i = 0; i < readings / 2; ++i) records.push_back(poll_record("home", i));
    store->save(std::move(records));
    store.reset();
    store = open();
    records.clear();
    for (int i = 0; i < readings / 2; ++i) records.push_back(poll_record("cottage", i));
    if (!with_log) {
      store->save(std::move(records));
    } else {
      for (PollRecord& record : records) {
        std::vector<PollRecord> one;
        one.push_back(std::move(record));
        store->save(std::move(one));
      }
    }
    Files files{read_file(file()), read_file(file("taara.db-wal"))};
    if (with_log) return files;
    store.reset();
    const std::string pages = sql("SELECT pageno, ncell, pagetype FROM dbstat WHERE name='readings'");
    for (std::size_t at = 0; at < pages.size();) {
      int page = 0;
      int cells = 0;
      std::array<char, 16> type{};
      std::sscanf(pages.c_str() + at, "%d|%d|%15s", &page, &cells, type.data());
      leaves_[page] = {cells, std::string_view(type.data()) != "leaf"};
      at = pages.find('\n', at);
      at = at == std::string::npos ? pages.size() : at + 1;
    }
    return {read_file(file()), {}};
  }

  void place(const std::string& database, const std::string& log) {
    std::filesystem::remove_all(config_.path);
    std::filesystem::create_directory(config_.path);
    write_file(file(), database);
    if (!log.empty()) write_file(file("taara.db-wal"), log);
  }

  // It opens, remembers, saves and is sound; gives the readings that were there after opening.
  int expect_working(const std::string& what) {
    notices_.clear();
    details_.clear();
    auto opened = try_open(kStart + kPoll * kReadings);
    if (!opened) {
      ADD_FAILURE() << what << ": " << opened.error().what;
      return -1;
    }
    auto& store = **opened;
    for (const char* household : {"home", "cottage"}) {
      auto found = store.recall(household, kStart + kPoll * kReadings);
      EXPECT_TRUE(found) << what;
    }
    const int kept = static_cast<int>(store.view().readings);
    save(store, 5000, 5002);
    EXPECT_TRUE(store.view().writable) << what << ": " << (details_.empty() ? "" : details_.back());
    EXPECT_EQ(store.view().pending_readings, 0U) << what;
    opened->reset();
    EXPECT_EQ(sql("PRAGMA integrity_check"), "ok") << what;
    EXPECT_EQ(sql("PRAGMA foreign_key_check"), "") << what;
    EXPECT_EQ(sql("SELECT count(*), (SELECT readings FROM store) FROM readings"),
              std::to_string(kept + 2) + "|" + std::to_string(kept + 2))
        << what;
    return kept;
  }
  [[nodiscard]] std::vector<std::string> put_aside() const {
    auto found = files_like("damaged");
    std::erase_if(found, [](const std::string& name) { return name.ends_with("-wal") || name.ends_with("-shm"); });
    return found;
  }
  // Readings on the pages that `damaged` leaves alone.
  template <class Damaged>
  int readable(Damaged damaged) {
    int sum = 0;
    for (const auto& [page, leaf] : leaves_) {
      if (leaf.inner && damaged(page)) return 0;
      if (!leaf.inner && !damaged(page)) sum += leaf.readings;
    }
    return sum;
  }

  std::map<int, Leaf> leaves_;
};

TEST_F(StoreDamage, D06_EveryCutOfTheDatabaseKeepsWhatIsReadable) {
  const Files whole = make(false);
  ASSERT_EQ(readable([](int) { return false; }), kReadings) << "the test knows where the readings are";
  ASSERT_GE(leaves_.size(), 4U);
  for (std::size_t size = 0; size < whole.database.size(); size += slow() ? 16 : 512) {
    place(whole.database.substr(0, size), {});
    const int kept = expect_working("cut at " + std::to_string(size));
    const int expected = readable([&](int page) { return static_cast<std::size_t>(page) * kPage > size; });
    EXPECT_GE(kept, expected) << size;
    if (size > 0) {
      EXPECT_EQ(put_aside().size(), 1U) << size;
    }
    if (HasFailure()) break;
  }
}

TEST_F(StoreDamage, D06_ZeroedAndGarbageTailsAreLikeCuts) {
  const Files whole = make(false);
  std::mt19937 random(7);
  for (std::size_t size = 2048; size < whole.database.size(); size += 4 * kPage) {
    for (const bool garbage : {false, true}) {
      std::string database = whole.database;
      for (std::size_t i = size; i < database.size(); ++i) database[i] = garbage ? static_cast<char>(random()) : '\0';
      place(database, {});
      const int kept = expect_working("tail from " + std::to_string(size));
      EXPECT_GE(kept, readable([&](int page) { return static_cast<std::size_t>(page) * kPage > size; })) << size;
    }
  }
}

TEST_F(StoreDamage, D06_EveryCutOfTheLogKeepsAWholePrefix) {
  const Files whole = make(true);
  ASSERT_GT(whole.log.size(), 20 * kPage);
  int last = kReadings / 2;
  for (std::size_t size = 0; size < whole.log.size(); size += slow() ? 64 : 6 * kPage + 512) {
    place(whole.database, whole.log.substr(0, size));
    const int kept = expect_working("log cut at " + std::to_string(size));
    EXPECT_GE(kept, last) << size;
    last = kept;
    EXPECT_EQ(files_like("damaged").size(), 0U) << size;
  }
  place(whole.database, whole.log);
  EXPECT_EQ(expect_working("whole log"), kReadings);
}

TEST_F(StoreDamage, D07_AFlippedBitCostsAtMostItsPage) {
  const Files whole = make(false);
  std::mt19937 random(11);
  const int rounds = slow() ? 5000 : 150;
  int salvaged = 0;
  for (int i = 0; i < rounds; ++i) {
    // The first page and the page headers, where most can go wrong, get their share.
    std::size_t at = random() % whole.database.size();
    if (i % 4 == 0) at = random() % 100;
    if (i % 4 == 1) at = (1 + random() % (whole.database.size() / kPage - 1)) * kPage + random() % 16;
    std::string database = whole.database;
    const auto bit = static_cast<char>(1U << (random() % 8U));
    database[at] = static_cast<char>(database[at] ^ bit);
    place(database, {});
    const std::string what = "bit " + std::to_string(static_cast<int>(bit)) + " of byte " + std::to_string(at);
    const int kept = expect_working(what);
    const int page = static_cast<int>(at / kPage) + 1;
    EXPECT_GE(kept, readable([&](int one) { return one == page; })) << what;
    if (!put_aside().empty()) {
      ++salvaged;
      EXPECT_TRUE(read_file(file(put_aside()[0])) == database) << "put aside as it was: " << what;
    }
    if (HasFailure()) break;
  }
  EXPECT_GT(salvaged, rounds / 10);
}

TEST_F(StoreDamage, D07_AFlippedBitInTheLogEndsItThere) {
  const Files whole = make(true);
  std::mt19937 random(13);
  for (int i = 0; i < (slow() ? 2000 : 40); ++i) {
    const std::size_t at = random() % whole.log.size();
    std::string log = whole.log;
    log[at] = static_cast<char>(log[at] ^ (1 << (random() % 8)));
    place(whole.database, log);
    EXPECT_GE(expect_working("log byte " + std::to_string(at)), kReadings / 2);
  }
}

TEST_F(StoreDamage, D07_DamagedPagesInTheMiddleCostNoOthers) {
  constexpr int kMany = 300;
  const Files whole = make(false, kMany);
  std::string database = whole.database;
  std::vector<int> broken;
  int n = 0;
  for (const auto& [page, leaf] : leaves_) {
    if (leaf.inner || ++n % 3 != 0) continue;
    broken.push_back(page);
    database.replace((static_cast<std::size_t>(page) - 1) * kPage, kPage, std::string(kPage, '\xee'));
  }
  ASSERT_GE(broken.size(), 2U);
  place(database, {});
  const int kept = expect_working("holes");
  EXPECT_EQ(kept, readable([&](int page) { return std::count(broken.begin(), broken.end(), page) > 0; }));
  EXPECT_EQ(count_notices("put aside"), 1U);
  const auto told = std::find_if(details_.begin(), details_.end(), [](const std::string& detail) {
    return detail.find("damaged-") != std::string::npos;
  });
  ASSERT_NE(told, details_.end());
  EXPECT_NE(told->find(std::to_string(kept) + " of " + std::to_string(kMany) + " readings"), std::string::npos)
      << *told;
}

TEST_F(StoreDamage, D07_AFlippedDigitInASavedStateIsNotBelieved) {
  std::string database = make(false).database;
  for (std::size_t at = 0; (at = database.find("\"usage_total\":", at)) != std::string::npos; at += 14) {
    database[at + 14] = database[at + 14] == '9' ? '8' : '9';
  }
  place(database, {});
  auto store = open();
  auto found = store->recall("home", kStart + kPoll * 170);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->book.usage_total, Bytes{0});
  EXPECT_FALSE(found->book.last);
  EXPECT_EQ(found->last_day.size(), 23U) << "the limits still hold";
  EXPECT_EQ(store->view().errors[1], 1U);
  EXPECT_EQ(count_notices("damaged; its book starts anew"), 1U);
}

TEST_F(StoreDamage, DamageThatTurnsUpWhileRunningIsSalvagedAtOnce) {
  constexpr int kMany = 2000;  // more than the page cache holds
  (void)make(false, kMany);
  auto store = open();
  (void)store->recall("home", kStart);
  // Under the feet of the open connection: what it needs next is garbage.
  std::fstream out(file(), std::ios::binary | std::ios::in | std::ios::out);
  const auto pages = std::filesystem::file_size(file()) / kPage;
  for (std::size_t page = 2; page < pages; ++page) {
    if (leaves_.contains(static_cast<int>(page) + 1)) continue;
    out.seekp(static_cast<std::streamoff>(page * kPage));
    out << std::string(kPage, '\xee');
  }
  out.close();
  save(*store, kMany, kMany + 5);
  EXPECT_TRUE(store->view().writable);
  EXPECT_EQ(store->view().salvages, 1U);
  EXPECT_EQ(store->view().readings, static_cast<std::uint64_t>(kMany) + 5);
  EXPECT_EQ(store->view().errors[2], 1U);
  EXPECT_EQ(put_aside().size(), 1U);
  store.reset();
  EXPECT_EQ(sql("PRAGMA integrity_check"), "ok");
}

TEST_F(StoreDamage, ASalvageThatWasCutIsFinishedOrBegunAgain) {
  const Files whole = make(false);
  // Cut while copying: the damaged file is still in place, the new one is of no use.
  place(whole.database.substr(0, whole.database.size() - kPage), {});
  write_file(file("taara.db.new"), whole.database.substr(0, 3 * kPage));
  EXPECT_GT(expect_working("cut while copying"), kReadings / 2);
  // Cut between the two renames: the new one is complete.
  place("x", {});
  std::filesystem::rename(file(), file("taara.db.damaged-20250821T000000Z"));
  write_file(file("taara.db.new"), whole.database);
  EXPECT_EQ(expect_working("cut between renames"), kReadings);
  EXPECT_EQ(files_like(".new").size(), 0U);
}

TEST_F(StoreDamage, PuttingAsideOverwritesNothing) {
  for (int i = 0; i < 3; ++i) {
    if (i == 0) std::filesystem::create_directory(config_.path);
    write_file(file(), "garbage " + std::to_string(i));
    auto store = open();
    ASSERT_TRUE(store);
  }
  EXPECT_EQ(read_file(file("taara.db.damaged-20250821T000000Z")), "garbage 0");
  EXPECT_EQ(read_file(file("taara.db.damaged-20250821T000000Z-2")), "garbage 1");
  EXPECT_EQ(read_file(file("taara.db.damaged-20250821T000000Z-3")), "garbage 2");
}

TEST_F(StoreDamage, ALogWithoutItsDatabaseIsKept) {
  const Files whole = make(true);
  place("", whole.log);
  std::filesystem::remove(file());
  EXPECT_EQ(expect_working("log alone"), 0);
  EXPECT_EQ(files_like("damaged").size(), 1U);
}

TEST_F(StoreDamage, D23_ACopyTakenWhileWritingOpens) {
  const std::string live = config_.path;
  const pid_t writer = ::fork();
  if (writer == 0) {
    auto store = open();
    for (int i = 0;; ++i) save(*store, i % 400, i % 400 + 1, "writer");
  }
  const auto written = [&] {
    std::error_code none_yet;
    const auto size = std::filesystem::file_size(live + "/taara.db-wal", none_yet);
    return !none_yet && size >= 100'000;
  };
  // Real time, because it is another process that writes; ten seconds at most.
  for (int i = 0; i < 10'000 && !written(); ++i) ::usleep(1000);
  EXPECT_TRUE(written());
  config_.path = temp_.path() + "/copy";
  for (int i = 0; i < (slow() ? 300 : 6); ++i) {
    // Not at the same moment, as cp does it.
    const std::string database = read_file(live + "/taara.db");
    place(database, read_file(live + "/taara.db-wal"));
    EXPECT_GE(expect_working("copy " + std::to_string(i)), 0);
  }
  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
}

}  // namespace
}  // namespace taara
