// SPDX-License-Identifier: Apache-2.0
// The running store's link to its file: holds the lock and the open database, opens it again after a failure, notices
// that the file was taken away or is damaged, and makes that good. Knows no queue and no household.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "io/store.h"
#include "io/store_open.h"
#include "io/store_retention.h"
#include "io/store_rows.h"

namespace taara {

// A database that can be written, with its statements. Never moved: they point at each other.
struct Session {
  explicit Session(Connection opened) : database(std::move(opened)) {}
  [[nodiscard]] Result<void> prepare();

  Connection database;
  std::optional<StoreRows> rows;
  std::optional<Retention> retention;
  std::map<std::string, std::uint64_t> side_files;  // inodes by path
};

class StoreLink {
 public:
  StoreLink(std::string directory, StoreNotice notice) : directory_(std::move(directory)), notice_(std::move(notice)) {}
  ~StoreLink();
  StoreLink(const StoreLink&) = delete;
  StoreLink& operator=(const StoreLink&) = delete;

  // Checks the directory and its files and takes the lock; opens nothing. True: there is a database.
  [[nodiscard]] Result<bool> prepare();
  // The open database; opens it first if need be.
  [[nodiscard]] Result<Session*> session(Time now);
  // After damage was met: the next session() salvages.
  void distrust();
  // The next session() opens the files anew, as they are.
  void let_go();

  using Body = std::function<Result<void>(Session&)>;
  struct Outcome {
    std::optional<Error> error;       // nothing: committed
    bool opened = false;              // false: it was not even possible to try
    std::uint64_t failed_bodies = 0;  // also when a later try was committed
  };
  // All of the body or nothing of it, durably. Damage that turns up leads to one more try in a new file.
  [[nodiscard]] Outcome transact(Time now, const Body& body);

  [[nodiscard]] const StorePaths& paths() const { return paths_; }
  [[nodiscard]] std::optional<Time> created() const { return created_; }
  [[nodiscard]] std::uint64_t readings() const { return readings_; }
  void add_readings(std::int64_t added);
  [[nodiscard]] std::uint64_t salvages() const { return salvages_; }
  [[nodiscard]] std::uint64_t files_lost() const { return files_lost_; }
  // The file is not the one that was written last: what its rows should say must be written again.
  [[nodiscard]] bool states_are_old() const { return states_are_old_; }
  void states_are_written() { states_are_old_ = false; }

 private:
  [[nodiscard]] Result<void> take_lock();
  [[nodiscard]] Result<void> attach(Time now);
  [[nodiscard]] Result<void> learn(Session& opened);
  [[nodiscard]] Result<void> copy_deleted();
  [[nodiscard]] Result<void> run(Session& opened, const Body& body);
  void tell(const Opening& opening);
  void look_for_change();

  std::string directory_;
  StoreNotice notice_;
  StorePaths paths_;
  std::optional<FileLock> lock_;
  std::unique_ptr<Session> session_;  // absent while the store cannot be written
  std::unique_ptr<Session> deleted_;  // the database whose file was taken away, until it is copied
  std::uint64_t known_size_ = 0;      // of the database file after our last change
  Suspicion suspicion_ = Suspicion::usual;
  unsigned salvages_in_row_ = 0;
  std::uint64_t salvages_ = 0;
  std::uint64_t files_lost_ = 0;
  std::uint64_t readings_ = 0;
  std::optional<Time> created_;
  bool states_are_old_ = false;
};

}  // namespace taara
