// SPDX-License-Identifier: Apache-2.0
#include "io/store_history.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/day_book.h"
#include "io/store_rows.h"
#include "io/store_schema.h"
#include "io/store_text.h"

namespace taara {
namespace {

constexpr std::chrono::hours kHour{1};

Time time_at(const Statement& row, int column) { return Time{seconds{row.integer(column)}}; }

std::optional<Time> maybe_time(const Statement& row, int column) {
  const auto value = row.maybe_integer(column);
  return value ? std::optional(Time{seconds{*value}}) : std::nullopt;
}

std::optional<Bytes> maybe_bytes(const Statement& row, int column) {
  const auto value = row.maybe_integer(column);
  return value ? std::optional(Bytes{*value}) : std::nullopt;
}

template <std::size_t N>
std::size_t index_of(const std::array<std::string_view, N>& names, const std::string& name, std::size_t otherwise) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? otherwise : static_cast<std::size_t>(found - names.begin());
}

constexpr std::string_view kReadings =
    "SELECT started, accepted, time, status, error, remaining, used, allocation, resolution, purchased, expiry, "
    "expiry_resolution, plan, plans, response_ms FROM readings WHERE household=(SELECT id FROM households WHERE "
    "name=?) ORDER BY started";

StoredReading reading_of(const Statement& row) {
  StoredReading stored;
  stored.started = time_at(row, 0);
  stored.accepted = row.integer(1) != 0;
  Reading& reading = stored.reading;
  reading.time = time_at(row, 2);
  // A row that makes no sense is a poll without a reading.
  reading.status = static_cast<ReadingStatus>(
      index_of(kReadingStatusNames, row.text(3), static_cast<std::size_t>(ReadingStatus::failed)));
  if (!row.is_null(4)) {
    reading.error =
        static_cast<PollError>(index_of(kPollErrorNames, row.text(4), static_cast<std::size_t>(PollError::internal)));
  }
  reading.remaining = maybe_bytes(row, 5);
  reading.used = maybe_bytes(row, 6);
  reading.allocation = maybe_bytes(row, 7);
  reading.resolution = Bytes{row.integer(8)};
  reading.purchased = maybe_time(row, 9);
  reading.expiry = maybe_time(row, 10);
  reading.expiry_resolution = seconds{row.integer(11)};
  reading.plan = row.text(12);
  if (!row.is_null(13)) reading.plans = read_plans(row.text(13)).value_or(std::vector<PlanBalance>{});
  reading.response_time = milliseconds{row.integer(14)};
  return stored;
}

// Follows the accepted readings beside the hours: both come by time, so each is looked at once.
class Readings {
 public:
  explicit Readings(Statement statement) : statement_(std::move(statement)) {}

  // `hour` must not be earlier than the one before.
  [[nodiscard]] Result<HourKnowledge> around(Time hour) {
    const Time end = hour + kHour;
    seconds longest{0};
    bool begins = false;  // the first reading ever lies in this hour
    for (;;) {
      if (!next_ && !at_end_) {
        if (auto moved = advance(); !moved) return moved.error();
      }
      if (!next_) break;
      if (last_ && *next_ > hour) longest = std::max(longest, *next_ - *last_);
      if (!last_ && *next_ > hour && *next_ < end) begins = true;
      if (*next_ >= end) break;
      last_ = std::exchange(next_, std::nullopt);
    }
    if (begins) return HourKnowledge::partial;
    return longest > kBridgedGap ? HourKnowledge::spread : HourKnowledge::whole;
  }

 private:
  Result<void> advance() {
    auto row = statement_.next();
    if (!row) return row.error();
    if (*row)
      next_ = time_at(statement_, 0);
    else
      at_end_ = true;
    return {};
  }

  Statement statement_;
  std::optional<Time> last_, next_;  // the newest before the hour's end, and the one after that
  bool at_end_ = false;
};

}  // namespace

Result<StoreHistory> StoreHistory::open(const std::string& directory) {
  // The way to the folder may lead over a link, as systemd's own does; SQLite is to follow none.
  std::error_code unknown;
  const std::filesystem::path folder = std::filesystem::canonical(directory, unknown);
  const std::string path = (unknown ? directory : folder.string()) + "/taara.db";
  // Looked at without opening it: closing a descriptor of ours would take away the locks that SQLite holds on this file
  // for the daemon, where both are one process.
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return Error{Errc::not_found, "there is no store at " + path};
    return Error{Errc::io, "cannot look at " + path + ": " + std::generic_category().message(errno)};
  }
  if (!S_ISREG(status.st_mode))
    return Error{Errc::permission, path + " is no regular file; move it away: only a regular file may be here"};
  auto database = Connection::open(path, Connection::Mode::read);
  if (!database) return database.error();
  if (auto known = check_version(*database, schema_steps().size()); !known) {
    if (known.error().code == Errc::io || known.error().code == Errc::permission)
      return Error{known.error().code, known.error().what + "; run this as the user that runs the exporter"};
    return known.error();
  }
  auto version = database->integer("PRAGMA user_version");
  if (!version) return version.error();
  if (static_cast<std::size_t>(*version) < schema_steps().size())
    return Error{Errc::not_found, "the store at " + path + " is of an older version; start the exporter once"};
  // One moment for all that follows.
  if (auto begun = database->run("BEGIN"); !begun) return begun.error();
  if (auto seen = database->integer("SELECT count(*) FROM households"); !seen) return seen.error();
  return StoreHistory(std::move(*database));
}

Result<std::vector<std::string>> StoreHistory::households() { return household_names(database_); }

Result<std::optional<LedgerState>> StoreHistory::book(const std::string& household) {
  auto rows = StoreRows::prepare(database_);
  if (!rows) return rows.error();
  auto state = rows->state(household);
  if (!state) return state.error();
  if (!*state) return std::optional<LedgerState>();
  auto book = read_book((*state)->book);
  if (!book) return Error{Errc::invalid, "the saved account of household " + household + " makes no sense"};
  return std::optional(std::move(*book));
}

Result<std::optional<StoredAnswer>> StoreHistory::newest_answer(const std::string& household) {
  auto select = database_.prepare(
      "SELECT readings.time, raw.body FROM raw JOIN readings ON readings.household=raw.household AND "
      "readings.started=raw.started WHERE raw.household=(SELECT id FROM households WHERE name=?) AND "
      "readings.status<>'failed' ORDER BY raw.started DESC LIMIT 1");
  if (!select) return select.error();
  select->start(household);
  const auto row = select->next();
  if (!row) return row.error();
  if (!*row) return std::optional<StoredAnswer>();
  return std::optional(StoredAnswer{time_at(*select, 0), select->text(1)});
}

Result<void> StoreHistory::rows(const std::string& household, const HistoryTable& table,
                                const std::function<bool(const HistoryRow&)>& visit) {
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < table.columns.size(); ++i) sql.append(i > 0 ? ", " : "").append(table.columns[i].name);
  sql.append(" FROM ").append(table.name).append(" WHERE household=(SELECT id FROM households WHERE name=?) ORDER BY ");
  sql.append(table.columns[table.key].name);
  auto select = database_.prepare(sql);
  if (!select) return select.error();
  select->start(household);
  HistoryRow values(table.columns.size());
  for (;;) {
    auto row = select->next();
    if (!row) return row.error();
    if (!*row) return {};
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int column = static_cast<int>(i);
      if (select->is_null(column))
        values[i] = std::monostate{};
      else if (is_text(table.columns[i].kind))
        values[i] = select->text(column);
      else
        values[i] = select->integer(column);
    }
    if (!visit(values)) return {};
  }
}

Result<void> StoreHistory::readings(const std::string& household,
                                    const std::function<bool(const StoredReading&)>& visit) {
  auto select = database_.prepare(kReadings);
  if (!select) return select.error();
  select->start(household);
  for (;;) {
    auto row = select->next();
    if (!row) return row.error();
    if (!*row || !visit(reading_of(*select))) return {};
  }
}

Result<std::optional<Time>> StoreHistory::last_accepted(const std::string& household) {
  auto select = database_.prepare(
      "SELECT time FROM readings WHERE household=(SELECT id FROM households WHERE name=?) AND accepted ORDER BY "
      "started DESC LIMIT 1");
  if (!select) return select.error();
  auto row = select->start(household).next();
  if (!row) return row.error();
  return *row ? std::optional(time_at(*select, 0)) : std::nullopt;
}

Result<void> StoreHistory::hours(const std::string& household, Time from, Time to,
                                 const std::function<bool(const StoredHour&)>& visit) {
  const auto last = last_accepted(household);
  if (!last) return last.error();
  auto select = database_.prepare(
      "SELECT starts, used FROM hours WHERE household=(SELECT id FROM households WHERE name=?) AND starts>=? AND "
      "starts<=? ORDER BY starts");
  // From the last one that was certainly answered before `from`; what is older says nothing about these hours.
  auto accepted = database_.prepare(
      "SELECT time FROM readings WHERE household=?1 AND accepted AND started>=COALESCE((SELECT started FROM readings "
      "WHERE household=?1 AND accepted AND started<=?2 ORDER BY started DESC LIMIT 1),0) ORDER BY started");
  auto known_as = database_.prepare("SELECT id FROM households WHERE name=?");
  if (!select) return select.error();
  if (!accepted) return accepted.error();
  if (!known_as) return known_as.error();
  auto there = known_as->start(household).next();
  if (!there) return there.error();
  if (!*there) return {};
  accepted->start(known_as->integer(0), Time(from - kHour));
  Readings readings(std::move(*accepted));
  select->start(household, from, Time(to - kHour));
  for (;;) {
    auto row = select->next();
    if (!row) return row.error();
    if (!*row) return {};
    StoredHour hour{time_at(*select, 0), Bytes{select->integer(1)}, {}};
    if (*last && hour.start <= **last && hour.start + kHour > **last) continue;  // still under way
    auto known = readings.around(hour.start);
    if (!known) return known.error();
    hour.known = *known;
    if (!visit(hour)) return {};
  }
}

Result<void> StoreHistory::days(const std::string& household, Time from, Time to,
                                const std::function<bool(const StoredDay&)>& visit) {
  const auto last = last_accepted(household);
  if (!last) return last.error();
  auto select = database_.prepare(
      "SELECT date, starts, ends, budget, used FROM days WHERE household=(SELECT id FROM households WHERE name=?) AND "
      "starts>=? AND ends<=? ORDER BY starts");
  if (!select) return select.error();
  select->start(household, from, to);
  for (;;) {
    auto row = select->next();
    if (!row) return row.error();
    if (!*row) return {};
    const auto date = read_date(select->text(0));
    const StoredDay day{date.value_or(date::local_days{}), time_at(*select, 1), time_at(*select, 2),
                        maybe_bytes(*select, 3), Bytes{select->integer(4)}};
    const bool under_way = *last && day.start <= **last && day.end > **last;
    if (!date || under_way) continue;
    if (!visit(day)) return {};
  }
}

}  // namespace taara
