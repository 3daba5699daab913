// SPDX-License-Identifier: Apache-2.0
#include "core/history_csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "core/calendar.h"
#include "core/in_quotes.h"
#include "core/time_text.h"

namespace taara {
namespace {

enum Record : std::size_t { kReading, kCycle, kDay, kHour };

struct RecordName {
  std::string_view record;
  std::string_view table;
};
constexpr std::array<RecordName, 4> kRecords{
    {{"reading", "readings"}, {"cycle", "cycles"}, {"day", "days"}, {"hour", "hours"}}};

// A column of the file and the column that it is in each kind of record.
struct CsvColumn {
  std::string_view name;
  std::array<std::string_view, kRecords.size()> in;
};
constexpr std::array<CsvColumn, 19> kColumns{{
    {"start", {"started", "starts", "starts", "starts"}},
    {"end", {"time", "ends", "ends", ""}},
    {"used_bytes", {"used", "used", "used", "used"}},
    {"budget_bytes", {"", "", "budget", ""}},
    {"remaining_bytes", {"remaining", "", "", ""}},
    {"allocation_bytes", {"allocation", "allocation", "", ""}},
    {"top_ups_bytes", {"", "top_ups", "", ""}},
    {"counted_bytes", {"", "used_peak", "", ""}},
    {"meter_offset_bytes", {"", "meter_offset", "", ""}},
    {"resolution_bytes", {"resolution", "", "", ""}},
    {"status", {"status", "", "", ""}},
    {"error", {"error", "", "", ""}},
    {"accepted", {"accepted", "", "", ""}},
    {"reached", {"reached", "", "", ""}},
    {"plan", {"plan", "", "", ""}},
    {"plan_start", {"purchased", "", "", ""}},
    {"plan_end", {"expiry", "", "", ""}},
    {"plan_end_resolution_seconds", {"expiry_resolution", "", "", ""}},
    {"response_ms", {"response_ms", "", "", ""}},
}};
constexpr std::size_t kBefore = 2;  // record, household
constexpr std::size_t kStart = kBefore;
constexpr std::size_t kEnd = kBefore + 1;
constexpr std::chrono::hours kOneHour{1};

std::optional<std::size_t> record_of_table(const HistoryTable& table) {
  for (std::size_t i = 0; i < kRecords.size(); ++i)
    if (kRecords.at(i).table == table.name) return i;
  return std::nullopt;
}

// A spreadsheet runs a text that begins so; an apostrophe before it makes it a text again. A text with an apostrophe of
// its own gets one more, so that reading can take one away.
constexpr std::string_view kRunsAsFormula = "=+-@\t'";

std::string field_of_text(std::string_view text) {
  std::string field;
  if (!text.empty() && kRunsAsFormula.find(text.front()) != std::string_view::npos) field += '\'';
  field += text;
  if (field.find_first_of(",\"") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string text_of_field(std::string_view field) {
  if (field.size() >= 2 && field.front() == '\'' && kRunsAsFormula.find(field[1]) != std::string_view::npos)
    field.remove_prefix(1);
  return std::string(field);
}

std::string field_of(const HistoryColumn& column, const HistoryValue& value, const date::time_zone& zone) {
  if (const auto* const text = std::get_if<std::string>(&value)) return field_of_text(*text);
  const auto* const number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return {};
  if (column.kind == ColumnKind::time) return iso_text(zone, Time{seconds{*number}});
  if (column.kind == ColumnKind::truth) return *number != 0 ? "yes" : "no";
  return std::to_string(*number);
}

// Nothing where the quotes are wrong.
std::optional<std::vector<std::string>> split(std::string_view line) {
  std::vector<std::string> fields{""};
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ',') {
      fields.emplace_back();
    } else if (line[i] != '"') {
      fields.back() += line[i];
    } else {
      if (!fields.back().empty()) return std::nullopt;
      for (++i;; ++i) {
        if (i >= line.size()) return std::nullopt;
        if (line[i] != '"') {
          fields.back() += line[i];
        } else if (i + 1 < line.size() && line[i + 1] == '"') {
          fields.back() += line[++i];
        } else {
          break;
        }
      }
      if (i + 1 < line.size() && line[i + 1] != ',') return std::nullopt;
    }
  }
  return fields;
}

// The value that a field stands for, or why it stands for none.
struct Value {
  HistoryValue value;
  std::string_view fault;
};

Value value_of(const HistoryColumn& column, const std::string& field, const date::time_zone& zone) {
  if (field.empty()) return {};
  if (is_text(column.kind)) return {text_of_field(field), {}};
  if (column.kind == ColumnKind::time) {
    const auto time = parse_iso_time(field, &zone);
    if (!time || time->resolution != seconds{1}) return {{}, "is no time such as 2025-08-21T09:12:33+03:00"};
    return {time->time.time_since_epoch().count(), {}};
  }
  if (column.kind == ColumnKind::truth) {
    if (field == "yes" || field == "no") return {std::int64_t{field == "yes"}, {}};
    return {{}, "is neither yes nor no"};
  }
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(field.data(), field.data() + field.size(), number);
  if (failed != std::errc() || end != field.data() + field.size()) return {{}, "is no whole number"};
  return {number, {}};
}

// One row of the file as a row of its table.
class RowReader {
 public:
  RowReader(std::size_t record, const date::time_zone& zone, const std::vector<std::string>& fields)
      : record_(record), table_(*history_table(kRecords.at(record).table)), zone_(zone), fields_(fields) {}

  [[nodiscard]] std::optional<std::string> read() {
    row.assign(table_.columns.size(), std::monostate{});
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      const std::string& field = fields_[kBefore + i];
      const std::string_view column = kColumns.at(i).in.at(record_);
      if (!column.empty()) {
        const std::size_t place = column_of(table_, column);
        const Value value = value_of(table_.columns[place], field, zone_);
        if (!value.fault.empty())
          return std::string(kColumns.at(i).name) + " " + in_quotes(field) + " " + std::string(value.fault);
        row[place] = value.value;
      } else if (!field.empty() && !(record_ == kHour && kBefore + i == kEnd)) {
        return std::string(kColumns.at(i).name) + " doesn't belong to a row of kind " +
               std::string(kRecords.at(record_).record);
      }
    }
    if (record_ == kHour) return fault_of_hour();
    if (record_ == kDay) return add_date();
    return std::nullopt;
  }

  HistoryRow row;
  [[nodiscard]] const HistoryTable& table() const { return table_; }

 private:
  std::optional<std::string> fault_of_hour() {
    const auto end = parse_iso_time(fields_[kEnd], &zone_);
    const auto* const start = std::get_if<std::int64_t>(&row[0]);
    if (start == nullptr) return "start is missing";
    const bool good = end && end->time > Time{seconds{*start}} && end->time <= Time{seconds{*start}} + kOneHour;
    if (!good) return "an hour's end is not one hour after its start";
    return std::nullopt;
  }
  std::optional<std::string> add_date() {
    const auto* const start = std::get_if<std::int64_t>(&row[column_of(table_, "starts")]);
    if (start == nullptr) return "start is missing";
    const LocalDay day = local_day(zone_, Time{seconds{*start}});
    if (day.start != Time{seconds{*start}})
      return "start " + fields_[kStart] + " is not where a day begins in " + zone_.name();
    row[column_of(table_, "date")] = iso_text(zone_, day.start).substr(0, 10);
    return std::nullopt;
  }

  std::size_t record_;
  const HistoryTable& table_;
  const date::time_zone& zone_;
  const std::vector<std::string>& fields_;
};

}  // namespace

bool is_in_csv(const HistoryTable& table) { return record_of_table(table).has_value(); }

std::string history_csv_header() {
  std::string header = "record,household";
  for (const CsvColumn& column : kColumns) header.append(",").append(column.name);
  return header;
}

std::string history_csv_row(std::string_view household, const date::time_zone& zone, const HistoryTable& table,
                            const HistoryRow& row) {
  const std::size_t record = record_of_table(table).value();
  std::string text = std::string(kRecords.at(record).record) + "," + field_of_text(household);
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    text += ',';
    const std::string_view column = kColumns.at(i).in.at(record);
    if (!column.empty()) {
      const std::size_t place = column_of(table, column);
      text += field_of(table.columns[place], row[place], zone);
    } else if (record == kHour && kBefore + i == kEnd) {
      text += iso_text(zone, Time{seconds{std::get<std::int64_t>(row[0])}} + kOneHour);
    }
  }
  return text;
}

bool HistoryCsvReader::take_header(const TextLine& line) {
  header_seen_ = true;
  if (line.text == history_csv_header()) return true;
  sink_.problem(line.number, "the header is not that of an export; columns are separated by commas, in their order");
  return false;
}

bool HistoryCsvReader::take(const TextLine& line) {
  if (!header_seen_) return take_header(line);
  const auto wrong = [&](std::string why) {
    sink_.problem(line.number, std::move(why));
    return true;
  };
  const auto fields = split(line.text);
  if (!fields) return wrong("quotes stand around a whole field, and are doubled within");
  if (fields->size() != kBefore + kColumns.size()) {
    return wrong("found " + std::to_string(fields->size()) +
                 " fields; needed: " + std::to_string(kBefore + kColumns.size()));
  }
  const auto* const record = std::find_if(kRecords.begin(), kRecords.end(),
                                          [&](const RecordName& name) { return name.record == fields->front(); });
  if (record == kRecords.end())
    return wrong("record " + in_quotes(fields->front()) + " is none of reading, cycle, day and hour");
  const std::string household = text_of_field((*fields)[1]);
  if (household.empty()) return wrong("household is missing");
  if (!household_) {
    household_ = household;
    if (!sink_.household(line.number, household)) return false;
  }
  if (household != *household_)
    return wrong("household " + in_quotes(household) + " follows " + in_quotes(*household_) +
                 "; one file, one household");

  RowReader reader(static_cast<std::size_t>(record - kRecords.begin()), zone_, *fields);
  if (auto fault = reader.read()) return wrong(std::move(*fault));
  sink_.row(line.number, reader.table(), reader.row);
  return true;
}

}  // namespace taara
