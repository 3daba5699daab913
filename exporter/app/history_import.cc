// SPDX-License-Identifier: Apache-2.0
#include "app/history_import.h"

#include <algorithm>
#include <array>
#include <ostream>

#include "core/history_csv.h"
#include "core/in_quotes.h"
#include "core/time_text.h"
#include "core/usage_csv.h"
#include "io/history_json.h"
#include "io/regular_file.h"
#include "io/vnstat_json.h"

namespace taara {
namespace {

constexpr std::array<std::string_view, 4> kFormatNames{"json", "csv", "usage-csv",
                                                       "vnstat"};  // in the order of the enum
constexpr std::array<std::string_view, 4> kFormatWords{"an export (json)", "an export (csv)", "use per interval (CSV)",
                                                       "vnStat 2"};
constexpr std::size_t kGuessBytes = 4096;
constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view words_for(LineFault fault) {
  switch (fault) {
    case LineFault::too_long:
      return "the line is longer than 4096 bytes";
    case LineFault::not_text:
      return "the line is no text: binary, or in another encoding than UTF-8";
    case LineFault::carriage_return:
      return "Windows line ends (CRLF); save the file with Unix line ends";
    case LineFault::none:
      break;
  }
  return {};
}

// Feeds a file, whose beginning is known already, piece by piece until the taker has enough.
class Pieces {
 public:
  Pieces(RegularFile& file, std::string beginning) : file_(file), piece_(std::move(beginning)) {}

  template <class Take>
  [[nodiscard]] Result<void> each(Take take) {
    std::size_t total = 0;
    while (!piece_.empty()) {
      total += piece_.size();
      if (total > kMaxFileBytes) return Error{Errc::invalid, "the file grew over 1 GiB while it was read"};
      if (!take(std::string_view(piece_))) return {};
      piece_.resize(kPiece);
      auto got = file_.read(piece_);
      if (!got) return got.error();
      piece_.resize(*got);
    }
    return {};
  }

 private:
  RegularFile& file_;
  std::string piece_;
};

template <class Reader>
Result<void> read_lines(Pieces& pieces, Reader& reader, HistorySink& sink) {
  bool wanted = true;
  LineSplitter lines([&](const TextLine& line) {
    if (!wanted) return;
    if (line.fault == LineFault::none) {
      wanted = reader.take(line);
      return;
    }
    sink.problem(line.number, std::string(words_for(line.fault)));
    wanted = line.fault != LineFault::carriage_return;  // all of them have it: once is enough
  });
  auto read = pieces.each([&](std::string_view piece) {
    lines.feed(piece);
    return wanted;
  });
  if (read) lines.finish();
  return read;
}

Result<std::vector<std::string>> read_as(ImportFormat format, Pieces& pieces, const ImportFile& file,
                                         const Household& household, Time now, HistorySink& sink) {
  Result<void> read;
  std::vector<std::string> notes{"read as " + std::string(kFormatWords.at(static_cast<std::size_t>(format)))};
  switch (format) {
    case ImportFormat::json: {
      HistoryJsonReader reader(sink);
      read = pieces.each([&](std::string_view piece) { return reader.feed(piece); });
      if (read) reader.finish();
      break;
    }
    case ImportFormat::csv: {
      HistoryCsvReader reader(*household.zone, sink);
      read = read_lines(pieces, reader, sink);
      break;
    }
    case ImportFormat::usage_csv: {
      UsageCsvReader reader(file.series, {household, now, sink});
      read = read_lines(pieces, reader, sink);
      if (read) reader.finish();
      break;
    }
    case ImportFormat::vnstat: {
      std::string text;
      read = pieces.each([&](std::string_view piece) {
        text += piece;
        return text.size() <= kMaxVnstatBytes;
      });
      if (!read) break;
      for (std::string& note : read_vnstat(text, file.series, {household, now, sink})) notes.push_back(std::move(note));
      break;
    }
  }
  if (!read) return read.error();
  return notes;
}

std::string_view words_for(std::string_view table) {
  if (table == "state") return "account";
  if (table == "raw") return "raw answers";
  return table;
}

std::string text_of(const HistoryValue& key, const date::time_zone& zone) {
  if (const auto* const number = std::get_if<std::int64_t>(&key)) return iso_text(zone, Time{seconds{*number}});
  if (const auto* const text = std::get_if<std::string>(&key)) return *text;
  return {};
}

}  // namespace

std::optional<ImportFormat> import_format_named(std::string_view name) {
  const auto* const found = std::find(kFormatNames.begin(), kFormatNames.end(), name);
  if (found == kFormatNames.end()) return std::nullopt;
  return static_cast<ImportFormat>(found - kFormatNames.begin());
}

std::optional<ImportFormat> guess_format(std::string_view beginning) {
  const auto first = beginning.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::nullopt;
  if (beginning[first] == '{') {
    if (beginning.find("\"" + std::string(kHistoryFormat) + "\"") != std::string_view::npos) return ImportFormat::json;
    if (beginning.find("\"jsonversion\"") != std::string_view::npos) return ImportFormat::vnstat;
    return std::nullopt;
  }
  std::string_view line = beginning.substr(0, beginning.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line == kUsageHeader || line == kUsageSeriesHeader) return ImportFormat::usage_csv;
  if (line.starts_with("record,")) return ImportFormat::csv;
  return std::nullopt;
}

bool HistoryImport::household(std::size_t line, std::string_view name) {
  if (may_be_another_ || name == household_.name) return true;
  problem(line, "this is the history of household " + in_quotes(name) + "; to take it in as that of " +
                    household_.name + ", say --household " + household_.name);
  return false;
}

void HistoryImport::row(std::size_t line, const HistoryTable& table, const HistoryRow& row) {
  if (failure_) return;
  if (auto fault = check_.fault(table, row)) return problem(line, std::string(table.name) + ": " + *fault);
  if (problems_count_ > 0) return;  // nothing will be kept
  const auto added = add_(table, row);
  if (!added) {
    failure_ = added.error();
    return;
  }
  Count& count = counts_[table.name];
  if (count.rows++ == 0) count.first = row[table.key];
  count.last = row[table.key];
  if (*added) ++count.added;
}

void HistoryImport::problem(std::size_t line, std::string text) {
  ++problems_count_;
  if (problems_.size() < kProblemsTold)
    problems_.push_back((line > 0 ? std::to_string(line) + ": " : std::string(" ")) + std::move(text));
}

std::size_t HistoryImport::rows() const {
  std::int64_t rows = 0;
  for (const auto& [table, count] : counts_) rows += count.rows;
  return static_cast<std::size_t>(rows);
}

void HistoryImport::tell_problems(std::string_view file, std::ostream& out) const {
  for (const std::string& problem : problems_) out << file << ':' << problem << '\n';
  if (problems_count_ > problems_.size()) out << file << ": and " << problems_count_ - problems_.size() << " more\n";
}

void HistoryImport::tell_rows(std::ostream& out) const {
  for (const HistoryTable& table : history_tables()) {
    const auto found = counts_.find(table.name);
    if (found == counts_.end()) continue;
    const Count& count = found->second;
    out << "  " << words_for(table.name) << ": " << count.rows << " in the file, " << count.added << " new, "
        << count.rows - count.added << " stored already and kept";
    if (table.name != "state") {
      out << "; from " << text_of(count.first, *household_.zone) << " to " << text_of(count.last, *household_.zone);
    }
    out << '\n';
  }
}

Result<std::vector<std::string>> read_history_file(const ImportFile& file, const Household& household, Time now,
                                                   HistorySink& sink) {
  auto opened = RegularFile::open(file.path, Links::follow);
  if (!opened) return opened.error();
  if (static_cast<std::uint64_t>(opened->status().st_size) > kMaxFileBytes)
    return Error{Errc::invalid, in_quotes(file.path) + " is larger than 1 GiB, the most that is read"};
  std::string beginning(kGuessBytes, '\0');
  auto got = opened->read(beginning);
  if (!got) return got.error();
  beginning.resize(*got);
  if (beginning.starts_with(kByteOrderMark))
    return Error{Errc::invalid, in_quotes(file.path) + " begins with a byte order mark; save it as UTF-8 without one"};
  const auto format = file.format ? import_format_named(*file.format) : guess_format(beginning);
  if (!format) {
    return Error{Errc::invalid,
                 in_quotes(file.path) +
                     " is neither an export (json, csv) nor from `vnstat --json` nor CSV with the header "
                     "`timestamp,bytes` or `series,timestamp,bytes`"};
  }
  Pieces pieces(*opened, std::move(beginning));
  return read_as(*format, pieces, file, household, now, sink);
}

}  // namespace taara
