// SPDX-License-Identifier: Apache-2.0
#include "io/history_json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <utility>

#include "core/in_quotes.h"

namespace taara {
namespace {

namespace json = boost::json;

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::size_t kDepth = 3;  // document, table, row

std::string quoted(std::string_view text) { return json::serialize(json::string_view(text.data(), text.size())); }

}  // namespace

HistoryJsonWriter::HistoryJsonWriter(std::string_view household, Sink sink) : sink_(std::move(sink)) {
  buffer_ = "{\"format\":" + quoted(kHistoryFormat) + ",\"version\":" + std::to_string(kHistoryVersion) +
            ",\"household\":" + quoted(household);
}

void HistoryJsonWriter::table(const HistoryTable& table) {
  end_table();
  table_ = &table;
  first_row_ = true;
  buffer_ += ",\n" + quoted(table.name) + ":[";
}

void HistoryJsonWriter::row(const HistoryRow& row) {
  buffer_ += first_row_ ? "\n{" : ",\n{";
  first_row_ = false;
  bool first = true;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (std::holds_alternative<std::monostate>(row[i])) continue;
    buffer_ += std::exchange(first, false) ? "\"" : ",\"";
    buffer_ += table_->columns[i].name;
    buffer_ += "\":";
    if (const auto* const number = std::get_if<std::int64_t>(&row[i]))
      buffer_ += std::to_string(*number);
    else
      buffer_ += quoted(std::get<std::string>(row[i]));
  }
  buffer_ += '}';
  if (buffer_.size() >= kPiece) flush();
}

void HistoryJsonWriter::end_table() {
  if (table_ != nullptr) buffer_ += first_row_ ? "]" : "\n]";
}

void HistoryJsonWriter::finish() {
  end_table();
  buffer_ += "\n}\n";
  flush();
}

void HistoryJsonWriter::flush() {
  sink_(buffer_);
  buffer_.clear();
}

namespace {

// Follows the document and gives out a row as soon as it ends.
class Follower {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);  // NOLINT: names that the parser asks for
  static constexpr std::size_t max_array_size = std::size_t(-1);   // NOLINT
  static constexpr std::size_t max_key_size = 256;                 // NOLINT
  static constexpr std::size_t max_string_size = kMaxHistoryText;  // NOLINT

  explicit Follower(HistorySink& sink) : sink_(sink) {}

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& ec) {
    ++depth_;
    if (depth_ == 1) return true;
    if (depth_ != kDepth || table_ == nullptr) return stop(ec, unexpected("an object"));
    row_.assign(table_->columns.size(), std::monostate{});
    seen_.clear();
    row_line_ = line;
    row_good_ = true;
    return true;
  }
  bool on_object_end(std::size_t, json::error_code& ec) {
    --depth_;
    if (depth_ == kDepth - 1) {
      if (row_good_) sink_.row(row_line_, *table_, row_);
      return true;
    }
    return named_ || stop(ec, "the document names no household");
  }
  bool on_array_begin(json::error_code& ec) {
    ++depth_;
    return (depth_ == 2 && table_ != nullptr) || stop(ec, unexpected("a list"));
  }
  bool on_array_end(std::size_t, json::error_code&) {
    --depth_;
    table_ = nullptr;
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    text_.append(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& ec) {
    text_.append(part);
    key_ = std::exchange(text_, {});
    return depth_ == 1 ? top_key(ec) : row_key();
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    text_.append(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code& ec) {
    text_.append(part);
    return take(std::exchange(text_, {}), ec);
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code& ec) { return take(number, ec); }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code& ec) {
    return refuse("is larger than any amount can be", ec);
  }
  bool on_double(double, json::string_view, json::error_code& ec) { return refuse("is no whole number", ec); }
  bool on_bool(bool, json::error_code& ec) { return refuse("is true or false where a number or text is needed", ec); }
  bool on_null(json::error_code& ec) { return take(std::monostate{}, ec); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  std::size_t line = 1;
  bool stopped = false;

 private:
  bool stop(json::error_code& ec, std::string why) {
    sink_.problem(line, std::move(why));
    return stop_quietly(ec);
  }
  bool stop_quietly(json::error_code& ec) {
    stopped = true;
    ec = json::make_error_code(json::error::syntax);
    return false;
  }
  std::string unexpected(std::string_view what) const {
    return "found " + std::string(what) + " where " + (key_.empty() ? "the document" : in_quotes(key_)) + " has none";
  }
  void row_problem(const std::string& why) {
    row_good_ = false;
    sink_.problem(line, why);
  }

  bool top_key(json::error_code& ec) {
    if (!tops_.insert(key_).second) return stop(ec, in_quotes(key_) + " comes twice");
    if (key_ == "format" || key_ == "version" || key_ == "household") return true;
    table_ = history_table(key_);
    if (table_ == nullptr) return stop(ec, "there is no table " + in_quotes(key_) + "; a newer version may have one");
    return named_ || stop(ec, "format, version and household come before the tables");
  }
  bool row_key() {
    column_ = column_of(*table_, key_);
    if (column_ == table_->columns.size())
      row_problem("there is no column " + in_quotes(key_) + " in " + std::string(table_->name));
    else if (!seen_.insert(column_).second)
      row_problem(key_ + " comes twice");
    return true;
  }

  bool take(HistoryValue value, json::error_code& ec) {
    if (depth_ == kDepth) {
      if (column_ < row_.size()) row_[column_] = std::move(value);
      return true;
    }
    if (depth_ != 1 || table_ != nullptr) return stop(ec, unexpected("a plain value"));
    return take_top(value, ec);
  }
  bool take_top(const HistoryValue& value, json::error_code& ec) {
    if (key_ == "format") {
      format_ = value == HistoryValue(std::string(kHistoryFormat));
      return format_ || stop(ec, "the format is not " + std::string(kHistoryFormat));
    }
    if (key_ == "version") {
      version_ = value == HistoryValue(kHistoryVersion);
      return version_ || stop(ec, "this version reads version 1 of the format only; use the newer program");
    }
    const auto* const name = std::get_if<std::string>(&value);
    if (name == nullptr || name->empty()) return stop(ec, "the household's name is no text");
    if (!format_ || !version_) return stop(ec, "format and version come before household");
    named_ = true;
    return sink_.household(line, *name) || stop_quietly(ec);
  }
  bool refuse(std::string_view why, json::error_code& ec) {
    if (depth_ != kDepth) return stop(ec, (key_.empty() ? "the document" : in_quotes(key_)) + " " + std::string(why));
    // Of a column that there isn't, that was said already; its name may hold anything.
    if (column_ < table_->columns.size()) row_problem(key_ + " " + std::string(why));
    return true;
  }

  HistorySink& sink_;
  std::size_t depth_ = 0;
  std::set<std::string, std::less<>> tops_;
  bool format_ = false, version_ = false, named_ = false;
  const HistoryTable* table_ = nullptr;
  std::string key_, text_;
  std::size_t column_ = 0;
  std::set<std::size_t> seen_;
  HistoryRow row_;
  std::size_t row_line_ = 0;
  bool row_good_ = true;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

json::parse_options options() {
  json::parse_options strict;
  strict.max_depth = kDepth;
  return strict;
}

std::string words_for(const json::error_code& ec) {
  if (ec == json::error::incomplete) return "the file ends too early: it is not whole";
  if (ec == json::error::too_deep) return "nested deeper than an export is";
  if (ec == json::error::string_too_large) return "a text is longer than 256 KiB";
  if (ec == json::error::key_too_large) return "a name is longer than 256 bytes";
  return "not JSON from here on (" + ec.message() + ")";
}

}  // namespace

struct HistoryJsonReader::State {
  explicit State(HistorySink& to) : sink(to), parser(options(), to) {}

  HistorySink& sink;
  json::basic_parser<Follower> parser;
  bool ended = false;

  bool write(std::string_view part, bool more) {
    Follower& follower = parser.handler();
    if (parser.done()) {
      if (std::all_of(part.begin(), part.end(), is_space)) return true;
      sink.problem(follower.line, "more follows after the end of the document");
      return !(ended = true);
    }
    json::error_code ec;
    const std::size_t used = parser.write_some(more, part.data(), part.size(), ec);
    if (ec) {
      if (!follower.stopped) sink.problem(follower.line, words_for(ec));
      return !(ended = true);
    }
    return used == part.size() || write(part.substr(used), more);
  }
};

HistoryJsonReader::HistoryJsonReader(HistorySink& sink) : state_(std::make_unique<State>(sink)) {}
HistoryJsonReader::~HistoryJsonReader() = default;

bool HistoryJsonReader::feed(std::string_view piece) {
  while (!piece.empty() && !state_->ended) {
    const auto end = piece.find('\n');
    const std::size_t length = end == std::string_view::npos ? piece.size() : end + 1;
    if (!state_->write(piece.substr(0, length), true)) return false;
    if (end != std::string_view::npos) ++state_->parser.handler().line;
    piece.remove_prefix(length);
  }
  return !state_->ended;
}

void HistoryJsonReader::finish() {
  if (!state_->ended) (void)state_->write({}, false);
}

}  // namespace taara
