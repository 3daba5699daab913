// SPDX-License-Identifier: Apache-2.0
#include "core/history_table.h"

#include <algorithm>
#include <array>

#include "core/bytes.h"
#include "core/in_quotes.h"
#include "core/label.h"
#include "core/reading.h"
#include "core/time_text.h"
#include "core/utf8.h"

namespace taara {
namespace {

using enum ColumnKind;
constexpr bool kOptional = true;

constexpr std::array kState{HistoryColumn{"saved", time},
                            HistoryColumn{"last_usable", truth},
                            HistoryColumn{"plan", label, kOptional},
                            HistoryColumn{"plans", text, kOptional},
                            HistoryColumn{"polling", text},
                            HistoryColumn{"book", text},
                            HistoryColumn{"checksum", number}};
constexpr std::array kAttempts{HistoryColumn{"started", time}};
constexpr std::array kReadings{HistoryColumn{"started", time},
                               HistoryColumn{"time", time},
                               HistoryColumn{"status", status},
                               HistoryColumn{"error", error, kOptional},
                               HistoryColumn{"reached", truth},
                               HistoryColumn{"accepted", truth},
                               HistoryColumn{"remaining", amount, kOptional},
                               HistoryColumn{"used", amount, kOptional},
                               HistoryColumn{"allocation", amount, kOptional},
                               HistoryColumn{"resolution", amount},
                               HistoryColumn{"purchased", time, kOptional},
                               HistoryColumn{"expiry", time, kOptional},
                               HistoryColumn{"expiry_resolution", number},
                               HistoryColumn{"response_ms", number},
                               HistoryColumn{"plan", label, kOptional},
                               HistoryColumn{"plans", text, kOptional},
                               HistoryColumn{"events", text, kOptional},
                               HistoryColumn{"violations", text, kOptional}};
constexpr std::array kCycles{HistoryColumn{"starts", time},
                             HistoryColumn{"ends", time},
                             HistoryColumn{"allocation", amount, kOptional},
                             HistoryColumn{"used", amount},
                             HistoryColumn{"used_peak", amount},
                             HistoryColumn{"meter_offset", signed_amount},
                             HistoryColumn{"top_ups", signed_amount}};
constexpr std::array kDays{HistoryColumn{"date", date}, HistoryColumn{"starts", time}, HistoryColumn{"ends", time},
                           HistoryColumn{"budget", signed_amount, kOptional}, HistoryColumn{"used", amount}};
constexpr std::array kHours{HistoryColumn{"starts", time}, HistoryColumn{"used", amount}};
constexpr std::array kRaw{HistoryColumn{"started", time}, HistoryColumn{"body", text}};

constexpr std::array kTables{
    HistoryTable{"state", 0, kState},   HistoryTable{"attempts", 0, kAttempts}, HistoryTable{"readings", 0, kReadings},
    HistoryTable{"cycles", 0, kCycles}, HistoryTable{"days", 0, kDays},         HistoryTable{"hours", 0, kHours},
    HistoryTable{"raw", 0, kRaw}};

constexpr std::int64_t kLatest = 7'258'118'400;  // 2200-01-01
constexpr std::int64_t kMostAmount = 4 * kMaxPlausible.count;
constexpr std::int64_t kMostNumber = 4'294'967'295;
constexpr std::chrono::hours kClockSlack{24};  // of the machine that wrote the file against this one
constexpr std::chrono::hours kLongestDay{48};

struct Range {
  std::int64_t least;
  std::int64_t most;
  std::string_view words;
};

Range range_of(ColumnKind kind) {
  switch (kind) {
    case time:
      return {0, kLatest, "a time between 1970 and 2200"};
    case amount:
      return {0, kMostAmount, "bytes from 0 to 4000 TB"};
    case signed_amount:
      return {-kMostAmount, kMostAmount, "bytes from -4000 TB to 4000 TB"};
    case truth:
      return {0, 1, "0 or 1"};
    default:
      return {0, kMostNumber, "a whole number from 0 to 4294967295"};
  }
}

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<std::string> fault_of_text(ColumnKind kind, const std::string& value) {
  if (value.size() > kMaxHistoryText) return "is longer than 256 KiB";
  if (valid_utf8_bytes(value) != value.size() || value.find('\0') != std::string::npos) return "is no valid text";
  if (kind == status && !is_one_of(kReadingStatusNames, value)) return "is none of success, partial and failed";
  if (kind == error && !is_one_of(kPollErrorNames, value)) return "is no kind of error that this version knows";
  if (kind == label && clean_label(value) != value) return "has control or invisible characters, or is too long";
  if (kind != date) return std::nullopt;
  const auto day = parse_iso_time(value, nullptr);
  if (value.size() != 10 || !day) return "is no date such as 2025-08-21";
  return std::nullopt;
}

std::optional<std::string> fault_of(const HistoryColumn& column, const HistoryValue& value) {
  const auto what = [&](std::string_view words) { return std::string(column.name) + " " + std::string(words); };
  if (std::holds_alternative<std::monostate>(value)) {
    if (column.optional) return std::nullopt;
    return what("is missing");
  }
  if (is_text(column.kind)) {
    const auto* const words = std::get_if<std::string>(&value);
    if (words == nullptr) return what("is a number where a text is needed");
    if (const auto fault = fault_of_text(column.kind, *words)) return what(*fault);
    return std::nullopt;
  }
  const auto* const number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return what("is no whole number");
  const Range range = range_of(column.kind);
  if (*number >= range.least && *number <= range.most) return std::nullopt;
  return what("is " + std::to_string(*number) + "; allowed: " + std::string(range.words));
}

std::int64_t number_at(const HistoryTable& table, const HistoryRow& row, std::string_view column) {
  return std::get<std::int64_t>(row[column_of(table, column)]);
}

// What no column shows alone.
std::optional<std::string> fault_of_whole(const HistoryTable& table, const HistoryRow& row) {
  if (table.name == "readings") {
    const bool failed = std::get<std::string>(row[column_of(table, "status")]) == "failed";
    const bool has_error = !std::holds_alternative<std::monostate>(row[column_of(table, "error")]);
    if (failed != has_error) return "a failed reading, and only that, has an error";
    if (number_at(table, row, "resolution") == 0) return "resolution is 0; allowed: from 1 byte on";
  }
  if (table.name == "days") {
    const seconds length{number_at(table, row, "ends") - number_at(table, row, "starts")};
    if (length.count() <= 0 || length > kLongestDay)
      return "the day ends before it starts, or lasts more than 48 hours";
  }
  return std::nullopt;
}

std::string text_of(const HistoryValue& value) {
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return in_quotes(std::get<std::string>(value));
}

}  // namespace

std::span<const HistoryTable> history_tables() { return kTables; }

const HistoryTable* history_table(std::string_view name) {
  const auto* const found =
      std::find_if(kTables.begin(), kTables.end(), [&](const HistoryTable& table) { return table.name == name; });
  return found == kTables.end() ? nullptr : found;
}

std::size_t column_of(const HistoryTable& table, std::string_view name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const HistoryColumn& column) { return column.name == name; });
  return static_cast<std::size_t>(found - table.columns.begin());
}

std::optional<std::string> HistoryCheck::fault(const HistoryTable& table, const HistoryRow& row) {
  if (row.size() != table.columns.size()) return "has not the columns of " + std::string(table.name);
  for (std::size_t i = 0; i < row.size(); ++i)
    if (auto fault = fault_of(table.columns[i], row[i])) return fault;
  if (auto fault = fault_of_whole(table, row)) return fault;

  const HistoryValue& key = row[table.key];
  const std::string name(table.columns[table.key].name);
  if (const auto* const at = std::get_if<std::int64_t>(&key); at != nullptr && Time{seconds{*at}} > now_ + kClockSlack)
    return name + " " + std::to_string(*at) + " lies in the future; is this machine's clock right?";
  const auto [last, first] = last_key_.try_emplace(table.name, key);
  if (first) return std::nullopt;
  if (table.name == "state") return "there is more than one state";
  if (last->second == key) return name + " " + text_of(key) + " comes twice";
  if (last->second > key) return name + " " + text_of(key) + " comes after " + text_of(last->second) + ": not in order";
  last->second = key;
  return std::nullopt;
}

}  // namespace taara
