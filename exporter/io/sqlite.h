// SPDX-License-Identifier: Apache-2.0
// SQLite's C interface with owners for its handles and every return code checked. Knows nothing of what is stored.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/bytes.h"
#include "core/result.h"
#include "core/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace taara {

// A prepared statement. It must not outlive its connection. A value that could not be bound is reported by next().
struct Blob {  // bytes that are no text
  std::string_view bytes;
};

class Statement {
 public:
  // Starts anew with these values for the parameters, in order. Texts must live until the statement is started again.
  template <class... Values>
  Statement& start(const Values&... values) {
    reset();
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }
  // True: there is a row, read it with the functions below. False: done.
  [[nodiscard]] Result<bool> next();
  // start() and next() to the end, for statements without rows.
  template <class... Values>
  [[nodiscard]] Result<void> run(const Values&... values) {
    start(values...);
    return finish();
  }
  // Ends a read transaction that an unfinished statement holds open.
  void reset();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const;
  [[nodiscard]] std::string text(int column) const;  // of a blob: its bytes
  // Starts anew with `first` and then a row's columns, of whatever type, from `column` on.
  Statement& start_with_row(std::int64_t first, const Statement& row, int column, int count);
  // Starts anew with `first` and then these. Texts must live until the statement is started again.
  using Value = std::variant<std::monostate, std::int64_t, std::string>;  // absent, number, text
  Statement& start_with(std::int64_t first, std::span<const Value> values);

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] Result<void> finish();
  void note(int code);
  void bind_integer(int index, std::int64_t value);
  void bind_text(int index, std::string_view value);
  void bind_blob(int index, std::string_view value);
  void bind_null(int index);

  template <std::integral Integer>
  void bind(int index, Integer value) {
    bind_integer(index, static_cast<std::int64_t>(value));
  }
  void bind(int index, std::string_view value) { bind_text(index, value); }
  void bind(int index, const std::string& value) { bind_text(index, value); }
  void bind(int index, Blob value) { bind_blob(index, value.bytes); }
  void bind(int index, Bytes value) { bind_integer(index, value.count); }
  void bind(int index, Time value) { bind_integer(index, value.time_since_epoch().count()); }
  template <class Value>
  void bind(int index, const std::optional<Value>& value) {
    if (value) {
      bind(index, *value);
    } else {
      bind_null(index);
    }
  }

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_code_ = 0;
};

class Connection {
 public:
  // read_write: an existing file, also an empty one. read: beside a process that writes. look: changes nothing on disk,
  // takes no lock, reads the log too; only for a file that no other process writes.
  enum class Mode { read_write, read, look };
  [[nodiscard]] static Result<Connection> open(const std::string& path, Mode mode);

  // One or more statements without results.
  [[nodiscard]] Result<void> run(const std::string& sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  // The first column of the first row.
  [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);
  [[nodiscard]] Result<std::string> text(std::string_view sql);
  // Rows that the last INSERT, UPDATE or DELETE changed.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] std::int64_t last_id() const;
  // The disk, the rights or the file's own head forbid writing. Known once something was read.
  [[nodiscard]] bool is_read_only() const;
  // Rolls back what is open, if anything is.
  void roll_back() noexcept;
  // Closing shall not touch the files: the log stays as it is. For a disk that fails and for files that have moved.
  void leave_files_on_close();
  // The file that is open is no longer the one at its path.
  [[nodiscard]] bool has_moved() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Connection(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace taara
