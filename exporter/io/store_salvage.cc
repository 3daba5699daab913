// SPDX-License-Identifier: Apache-2.0
#include "io/store_salvage.h"

#include <array>
#include <deque>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "io/store_schema.h"

namespace taara {
namespace {

constexpr std::size_t kPageSize = 4096;
constexpr std::size_t kHeadSize = 100;  // of the file, at the start of its first page
constexpr int kMostProbes = 20'000;     // per table: a bound on the time that a wrecked file can cost
constexpr int kFewRowsPerPage = 16;
constexpr std::int64_t kSmallestGap = 8;  // a page of a table with small rows holds more than that

// Row ids between two that were read or given up; both ends excluded.
struct Gap {
  std::int64_t low;
  std::int64_t high;
};

class TableCopy {
 public:
  TableCopy(Connection& from, Connection& to, std::map<std::int64_t, std::int64_t>& households, const Table& table,
            Salvage& salvage)
      : from_(from), to_(to), households_(households), table_(table), salvage_(salvage) {}

  // Forward to the first unreadable place, backward to the last one, then into the gap by halves.
  Result<void> copy(std::int64_t newest) {
    const std::string select = std::string("SELECT ") + table_.id + ", " + table_.columns + " FROM " + table_.name +
                               " NOT INDEXED WHERE " + table_.id + ">?1 AND " + table_.id + "<?2 ORDER BY " + table_.id;
    auto up = from_.prepare(select);
    auto down = from_.prepare(select + " DESC");
    auto greatest = from_.integer(std::string("SELECT coalesce(max(") + table_.id + "), 0) FROM " + table_.name);
    if (!up || !down) {
      salvage_.complete = false;
      if (std::string_view(table_.name) == "readings") salvage_.tables_found = false;
      return {};
    }
    std::string marks = "?";
    for (int i = 1; i < table_.column_count; ++i) marks += ",?";
    auto insert = to_.prepare(std::string("INSERT OR REPLACE INTO ") + table_.name + "(" + table_.columns +
                              ") VALUES(" + marks + ")");
    if (!insert) return insert.error();
    up_ = &*up;
    down_ = &*down;
    insert_ = &*insert;

    const std::int64_t low = greatest && *greatest > newest ? *greatest - newest : 0;
    auto first = run(*up_, {low, std::numeric_limits<std::int64_t>::max()}, true);
    if (!first) return first.error();
    if (!*first) return {};
    salvage_.complete = false;
    auto last = run(*down_, {**first, std::numeric_limits<std::int64_t>::max()}, false);
    if (!last) return last.error();
    if (!*last) return {};
    // Where the end is unreadable, it is not looked for farther than the file can have rows.
    const auto pages = from_.integer("PRAGMA page_count");
    const std::int64_t most = pages ? *pages * table_.rows_per_page : 0;
    return copy_gaps({**first, **last - **first > most ? **first + most : **last});
  }

 private:
  // From the middle of a gap outwards, again and again.
  Result<void> copy_gaps(Gap first) {
    const std::int64_t smallest = table_.rows_per_page > kFewRowsPerPage ? kSmallestGap : 2;
    std::deque<Gap> gaps{first};
    for (int probes = 0; !gaps.empty() && probes < kMostProbes; ++probes) {
      const Gap gap = gaps.front();
      gaps.pop_front();
      if (gap.high - gap.low < smallest) continue;
      const std::int64_t middle = gap.low + (gap.high - gap.low) / 2;
      auto above = run(*up_, {middle, gap.high}, true);
      if (!above) return above.error();
      if (*above) gaps.push_back({**above, gap.high});
      auto below = run(*down_, {gap.low, middle + 1}, false);
      if (!below) return below.error();
      if (*below && **below < gap.high) gaps.push_back({gap.low, **below});
    }
    return {};
  }

  // The id of the last row that was read before an unreadable place (or where the scan began); nothing at a clean end.
  Result<std::optional<std::int64_t>> run(Statement& rows, Gap gap, bool forward) {
    std::int64_t last = forward ? gap.low : gap.high;
    rows.start(gap.low, gap.high);
    for (;;) {
      auto row = rows.next();
      if (!row) return std::optional(last);
      if (!*row) return std::optional<std::int64_t>();
      const std::int64_t id = rows.integer(0);
      // A tree that leads in circles is damaged, whatever SQLite says.
      if (forward ? id <= last : id >= last) {
        rows.reset();
        return std::optional(last);
      }
      last = id;
      auto stored = store(rows);
      if (!stored) {
        rows.reset();
        return stored.error();
      }
    }
  }

  Result<void> store(const Statement& row) {
    auto household = household_of(row.integer(1));
    if (!household) return household.error();
    auto done = insert_->start_with_row(*household, row, 2, table_.column_count - 1).next();
    if (done) {
      ++salvage_.rows;
      if (std::string_view(table_.name) == "readings") ++salvage_.readings;
    } else if (done.error().code == Errc::invalid) {
      salvage_.complete = false;  // a row whose values are no longer of their type
    } else {
      return done.error();
    }
    return {};
  }

  Result<std::int64_t> household_of(std::int64_t id) {
    const auto found = households_.find(id);
    if (found != households_.end()) return found->second;
    salvage_.complete = false;
    auto insert = to_.prepare("INSERT OR IGNORE INTO households(name) VALUES(?)");
    if (!insert) return insert.error();
    const std::string name = "unknown-" + std::to_string(id);
    if (auto done = insert->run(name); !done) return done.error();
    auto select = to_.prepare("SELECT id FROM households WHERE name=?");
    if (!select) return select.error();
    auto row = select->start(name).next();
    if (!row) return row.error();
    return households_[id] = select->integer(0);
  }

  Connection& from_;
  Connection& to_;
  std::map<std::int64_t, std::int64_t>& households_;
  const Table& table_;
  Salvage& salvage_;
  Statement* up_ = nullptr;
  Statement* down_ = nullptr;
  Statement* insert_ = nullptr;
};

Result<std::map<std::int64_t, std::int64_t>> copy_households(Connection& from, Connection& to, Salvage& salvage) {
  std::map<std::int64_t, std::int64_t> ids;
  auto insert = to.prepare("INSERT OR IGNORE INTO households(name) VALUES(?)");
  if (!insert) return insert.error();
  auto select = to.prepare("SELECT id FROM households WHERE name=?");
  if (!select) return select.error();
  for (const char* order : {"", " DESC"}) {
    auto names = from.prepare(std::string("SELECT id, name FROM households NOT INDEXED ORDER BY id") + order);
    if (!names) break;
    for (;;) {
      auto row = names->next();
      if (!row) break;
      if (!*row) return ids;
      const std::string name = names->text(1);
      const std::int64_t id = names->integer(0);
      if (names->is_null(1) || ids.contains(id)) continue;
      if (auto done = insert->run(name); !done) return done.error();
      auto found = select->start(name).next();
      if (!found) return found.error();
      if (*found) ids[id] = select->integer(0);
      select->reset();
    }
  }
  salvage.complete = false;
  return ids;
}

Result<Salvage> copy_tables(Connection& from, Connection& to, std::int64_t newest) {
  Salvage salvage;
  if (auto known = from.integer("SELECT readings FROM store")) salvage.known = *known;
  if (auto created = from.integer("SELECT created FROM store WHERE created IS NOT NULL")) salvage.created = *created;
  auto households = copy_households(from, to, salvage);
  if (!households) return households.error();
  for (const Table& table : store_tables()) {
    if (auto done = TableCopy(from, to, *households, table, salvage).copy(newest); !done) return done.error();
  }
  return salvage;
}

// A copy of the damaged database whose first page comes from a new one. The tables of a store have fixed places, so the
// rows can be found again when only the first page is lost.
bool make_repaired_copy(const std::string& damaged, const std::string& intact, const std::string& copy) {
  std::error_code failed;
  std::filesystem::copy_file(damaged, copy, failed);
  if (failed) return false;
  if (exists(damaged + "-wal")) std::filesystem::copy_file(damaged + "-wal", copy + "-wal", failed);
  std::string page(kPageSize, '\0');
  std::ifstream in(intact, std::ios::binary);
  if (!in.read(page.data(), static_cast<std::streamsize>(page.size()))) return false;
  page[18] = page[19] = 2;                               // a log may be there
  for (std::size_t i = 28; i < 40; ++i) page[i] = '\0';  // page count (then taken from the file's size), free pages
  std::fstream out(copy, std::ios::binary | std::ios::in | std::ios::out);
  out.write(page.data(), static_cast<std::streamsize>(page.size()));
  return static_cast<bool>(out.flush());
}

Result<Connection> make_scratch(const StorePaths& paths) {
  remove_database(paths.scratch);
  if (auto made = create_file(paths, paths.scratch); !made) return made.error();
  auto to = Connection::open(paths.scratch, Connection::Mode::read_write);
  if (!to) return to.error();
  if (auto migrated = migrate(*to, schema_steps()); !migrated) return migrated.error();
  return to;
}

Result<Salvage> copy_from(const std::string& path, Connection& to) {
  Salvage nothing;
  nothing.complete = false;
  nothing.tables_found = false;
  const auto size = identify(path);
  if (!size || size->size == 0) return nothing;
  auto from = Connection::open(path, Connection::Mode::look);
  if (!from) return nothing;
  return copy_readable(*from, to, std::numeric_limits<std::int64_t>::max());
}

// Whether the file's head differs from a new store's where it shouldn't, or is wrong about the number of pages.
bool has_odd_head(const std::string& damaged, const std::string& intact) {
  std::array<std::string, 2> heads{std::string(kHeadSize, '\0'), std::string(kHeadSize, '\0')};
  std::ifstream(damaged, std::ios::binary).read(heads[0].data(), kHeadSize);
  std::ifstream(intact, std::ios::binary).read(heads[1].data(), kHeadSize);
  const auto part = [&](std::size_t which, std::size_t from, std::size_t to) {
    return std::string_view(heads.at(which)).substr(from, to - from);
  };
  for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>{0, 18}, {20, 24}, {44, 60}}) {
    if (part(0, from, to) != part(1, from, to)) return true;
  }
  std::uint64_t pages = 0;
  for (const char byte : part(0, 28, 32)) pages = pages * 256 + static_cast<unsigned char>(byte);
  const auto file = identify(damaged);
  return !file || pages * kPageSize != file->size;
}

// With a wrong head part of the file is out of reach; behind another first page more can be read.
Result<void> copy_behind_new_first_page(const StorePaths& paths, Connection& to) {
  const std::string copy = paths.scratch + ".source";
  remove_database(copy);
  const bool made = make_repaired_copy(paths.database, paths.scratch, copy);
  Result<Salvage> copied = made ? copy_from(copy, to) : Result<Salvage>(Salvage{});
  remove_database(copy);
  if (!copied) return copied.error();
  return {};
}

Result<void> count_rows(Connection& to, Salvage& salvage) {
  salvage.rows = 0;
  for (const Table& table : store_tables()) {
    auto count = to.integer(std::string("SELECT count(*) FROM ") + table.name);
    if (!count) return count.error();
    salvage.rows += *count;
    if (std::string_view(table.name) == "readings") salvage.readings = *count;
  }
  return {};
}

}  // namespace

Result<Salvage> copy_readable(Connection& from, Connection& to, std::int64_t newest) {
  if (auto begun = to.run("PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE"); !begun) return begun.error();
  auto salvage = copy_tables(from, to, newest);
  if (salvage) {
    auto done = to.run("UPDATE store SET readings=(SELECT count(*) FROM readings); COMMIT");
    if (!done) salvage = done.error();
  }
  if (!salvage) to.roll_back();
  if (auto on = to.run("PRAGMA foreign_keys=ON"); !on && salvage) return on.error();
  return salvage;
}

Result<Salvage> salvage(const StorePaths& paths, Time now) {
  auto to = make_scratch(paths);
  if (!to) return to.error();
  auto found = copy_from(paths.database, *to);
  if (!found) return found.error();
  if (!found->complete && (!found->tables_found || has_odd_head(paths.database, paths.scratch))) {
    if (auto more = copy_behind_new_first_page(paths, *to); !more) return more.error();
  }
  if (auto counted = count_rows(*to, *found); !counted) return counted.error();
  const auto created = found->created.value_or(now.time_since_epoch().count());
  if (auto set = to->run("UPDATE store SET created=" + std::to_string(created)); !set) return set.error();
  return found;
}

std::string describe(const Salvage& salvage) {
  std::string text = std::to_string(salvage.readings);
  if (salvage.known && *salvage.known >= salvage.readings) text += " of " + std::to_string(*salvage.known);
  text += " readings and " + std::to_string(salvage.rows - salvage.readings) + " other rows were readable and kept";
  return text;
}

}  // namespace taara
