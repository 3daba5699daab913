// SPDX-License-Identifier: Apache-2.0
#include "io/store_forget.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "io/store_link.h"
#include "io/store_schema.h"

namespace taara {
namespace {

constexpr std::uint64_t kRewrittenInMemory = 64ULL * 1024 * 1024;

// Nothing of the rows may stay behind in the log.
Result<void> empty_log(Connection& database) {
  auto busy = database.integer("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy) return busy.error();
  if (*busy != 0) return Error{Errc::busy, "another program reads the store; end it"};
  return {};
}

}  // namespace

struct StoreForget::State {
  State(const std::string& directory, Time opened, StoreNotice notice)
      : now(opened), link(directory, std::move(notice)) {}
  Time now;
  StoreLink link;
  Session* session = nullptr;
};

StoreForget::StoreForget(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoreForget::~StoreForget() = default;

Result<std::unique_ptr<StoreForget>> StoreForget::open(const std::string& directory, Time now, StoreNotice notice) {
  if (!exists(directory + "/taara.db") && !exists(directory + "/taara.db.new"))
    return Error{Errc::not_found, "there is no store at " + directory + "/taara.db"};
  auto state = std::make_unique<State>(directory, now, std::move(notice));
  if (auto there = state->link.prepare(); !there) return there.error();
  auto session = state->link.session(now);
  if (!session) return session.error();
  state->session = *session;
  return std::unique_ptr<StoreForget>(new StoreForget(std::move(state)));
}

Result<std::vector<std::string>> StoreForget::households() { return household_names(state_->session->database); }

Result<std::optional<std::int64_t>> StoreForget::rows_of(const std::string& household) {
  Connection& database = state_->session->database;
  auto find = database.prepare("SELECT id FROM households WHERE name=?");
  if (!find) return find.error();
  auto row = find->start(household).next();
  if (!row) return row.error();
  if (!*row) return std::optional<std::int64_t>();
  const std::string id = std::to_string(find->integer(0));
  find->reset();
  std::int64_t rows = 0;
  for (const Table& table : store_tables()) {
    auto count = database.integer("SELECT count(*) FROM " + std::string(table.name) + " WHERE household=" + id);
    if (!count) return count.error();
    rows += *count;
  }
  return std::optional(rows);
}

Result<void> StoreForget::erase(const std::string& household) {
  const auto deleted = state_->link.transact(state_->now, [&](Session& open) -> Result<void> {
    // All other tables follow by their foreign keys.
    auto remove = open.database.prepare("DELETE FROM households WHERE name=?");
    if (!remove) return remove.error();
    if (auto done = remove->run(household); !done) return done;
    return open.database.run("UPDATE store SET readings=(SELECT count(*) FROM readings)");
  });
  if (deleted.error) return *deleted.error;
  auto session = state_->link.session(state_->now);
  if (!session) return session.error();
  Connection& database = (*session)->database;
  // Statements that are open would keep the file from being written anew.
  (*session)->rows.reset();
  (*session)->retention.reset();
  const auto file = identify(state_->link.paths().database);
  const bool large = file && file->size > kRewrittenInMemory;
  auto done = empty_log(database);
  if (done) done = database.run(std::string(large ? "PRAGMA temp_store=FILE; " : "") + "VACUUM");
  if (done) done = empty_log(database);
  if (done) return {};
  return Error{done.error().code, "the rows are deleted, but the file could not be written anew: " + done.error().what +
                                      "; mend that, then run `sqlite3 " + state_->link.paths().database + " VACUUM`"};
}

std::vector<std::string> StoreForget::damaged_files() const {
  const std::filesystem::path database(state_->link.paths().database);
  const std::string start = database.filename().string() + ".damaged-";
  std::vector<std::string> found;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(database.parent_path(), failed))
    if (entry.path().filename().string().starts_with(start)) found.push_back(entry.path().string());
  std::sort(found.begin(), found.end());
  return found;
}

Result<void> StoreForget::remove(const std::vector<std::string>& files) const {
  for (const std::string& file : files) {
    if (::unlink(file.c_str()) != 0)
      return Error{Errc::io, "cannot delete " + file + ": " + std::generic_category().message(errno)};
  }
  return {};
}

}  // namespace taara
