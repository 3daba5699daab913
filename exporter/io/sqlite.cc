// SPDX-License-Identifier: Apache-2.0
#include "io/sqlite.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <system_error>

namespace taara {
namespace {

constexpr int kBusyTimeoutMs = 250;

Errc errc_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:  // our statements are right, so a table or column that they name is missing
    case SQLITE_SCHEMA:
      return Errc::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return Errc::busy;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return Errc::permission;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
      return Errc::invalid;
    default:
      return Errc::io;
  }
}

Error error_of(sqlite3* database, int code) {
  const char* file = database != nullptr ? sqlite3_db_filename(database, "main") : nullptr;
  std::string what = file != nullptr && *file != '\0' ? std::string(file) + ": " : std::string();
  what += sqlite3_errstr(code);
  if (database != nullptr && (sqlite3_extended_errcode(database) & 0xff) == (code & 0xff)) {
    const std::string_view more = sqlite3_errmsg(database);
    if (more != sqlite3_errstr(code)) what.append(" (").append(more).append(")");
    const int system = sqlite3_system_errno(database);
    const int kind = code & 0xff;
    if (system != 0 && (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_FULL)) {
      what += ": " + std::generic_category().message(system);
    }
  }
  return {errc_of(code), what};
}

// As a URI's path. Only what would end the path or start an escape needs escaping.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%') {
      uri += "%25";
    } else if (c == '?') {
      uri += "%3f";
    } else if (c == '#') {
      uri += "%23";
    } else {
      uri += c;
    }
  }
  return uri;
}

bool has_log(const std::string& path) {
  struct stat status {};
  return ::stat((path + "-wal").c_str(), &status) == 0 && status.st_size > 0;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::note(int code) {
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

void Statement::reset() {
  // The code that reset gives is the one that the last step has already reported.
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bind_code_ = SQLITE_OK;
}

void Statement::bind_integer(int index, std::int64_t value) {
  note(sqlite3_bind_int64(statement_.get(), index, value));
}

void Statement::bind_text(int index, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";
  note(sqlite3_bind_text64(statement_.get(), index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind_blob(int index, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";
  note(sqlite3_bind_blob64(statement_.get(), index, data, value.size(), SQLITE_STATIC));
}

void Statement::bind_null(int index) { note(sqlite3_bind_null(statement_.get(), index)); }

Statement& Statement::start_with_row(std::int64_t first, const Statement& row, int column, int count) {
  reset();
  bind_integer(1, first);
  for (int i = 0; i < count; ++i) {
    note(sqlite3_bind_value(statement_.get(), i + 2, sqlite3_column_value(row.statement_.get(), column + i)));
  }
  return *this;
}

Statement& Statement::start_with(std::int64_t first, std::span<const Value> values) {
  reset();
  bind_integer(1, first);
  int index = 1;
  for (const Value& value : values) {
    ++index;
    if (const auto* const number = std::get_if<std::int64_t>(&value))
      bind_integer(index, *number);
    else if (const auto* const text = std::get_if<std::string>(&value))
      bind_text(index, *text);
    else
      bind_null(index);
  }
  return *this;
}

Result<bool> Statement::next() {
  const int code = bind_code_ != SQLITE_OK ? bind_code_ : sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error error = error_of(sqlite3_db_handle(statement_.get()), code);
  reset();
  return error;
}

Result<void> Statement::finish() {
  for (;;) {
    auto row = next();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::optional<std::int64_t> Statement::maybe_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string Statement::text(int column) const {
  const void* data = sqlite3_column_type(statement_.get(), column) == SQLITE_BLOB
                         ? sqlite3_column_blob(statement_.get(), column)
                         : sqlite3_column_text(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Connection::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Connection> Connection::open(const std::string& path, Mode mode) {
  sqlite3* raw = nullptr;
  int code = SQLITE_OK;
  // Looking: with a log, in heap memory instead of a shared file and without locks; without one, as a file that is
  // frozen.
  if (mode == Mode::read_write) {
    code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, nullptr);
  } else if (mode == Mode::read) {
    code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW, nullptr);
  } else if (has_log(path)) {
    code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW, "unix-none");
  } else {
    code = sqlite3_open_v2((uri_of(path) + "?immutable=1").c_str(), &raw,
                           SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_URI, nullptr);
  }
  Connection connection(raw);
  if (code != SQLITE_OK) {
    Error error = error_of(raw, code);
    if (error.what.find(path) == std::string::npos) error.what = path + ": " + error.what;
    return error;
  }
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  if (mode == Mode::look) {
    connection.leave_files_on_close();
    if (auto set = connection.run("PRAGMA locking_mode=EXCLUSIVE"); !set) return set.error();
  }
  if (auto set = connection.run("PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0;"
                                "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-256");
      !set) {
    return set.error();
  }
  return connection;
}

Result<void> Connection::run(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(database_.get(), code);
  return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(database_.get(), code);
  return Statement(statement);
}

Result<std::int64_t> Connection::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  auto row = statement->next();
  if (!row) return row.error();
  if (!*row) return Error{Errc::not_found, "no row for: " + std::string(sql)};
  return statement->integer(0);
}

Result<std::string> Connection::text(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  auto row = statement->next();
  if (!row) return row.error();
  if (!*row) return Error{Errc::not_found, "no row for: " + std::string(sql)};
  return statement->text(0);
}

std::int64_t Connection::changes() const { return sqlite3_changes64(database_.get()); }

std::int64_t Connection::last_id() const { return sqlite3_last_insert_rowid(database_.get()); }

bool Connection::is_read_only() const { return sqlite3_db_readonly(database_.get(), "main") != 0; }

void Connection::roll_back() noexcept {
  // After some failures SQLite has rolled back by itself; then there is nothing left to do.
  if (sqlite3_get_autocommit(database_.get()) == 0)
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Connection::leave_files_on_close() {
  sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

bool Connection::has_moved() const {
  int moved = 0;
  const int code = sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code == SQLITE_OK && moved != 0;
}

}  // namespace taara
