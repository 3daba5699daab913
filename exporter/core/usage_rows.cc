// SPDX-License-Identifier: Apache-2.0
#include "core/usage_rows.h"

#include <algorithm>

#include "core/calendar.h"
#include "core/time_text.h"

namespace taara {
namespace {

constexpr std::chrono::hours kHour{1};
constexpr std::chrono::hours kShortestDay{23};
constexpr std::chrono::hours kLongestDay{25};
constexpr double kBothWays = 2;  // received and sent are counted together
constexpr double kBitsPerByte = 8;

bool is_day(seconds step) { return step >= kShortestDay && step <= kLongestDay; }

std::int64_t count_of(Time time) { return time.time_since_epoch().count(); }

void say(const UsageRow& row, HistorySink& sink, const std::string& what) {
  sink.problem(row.line, (row.where.empty() ? "" : row.where + ": ") + what);
}

// Why this row can't be taken as use between its start and `end`.
std::optional<std::string> fault(const UsageRow& row, Time end, const UsageTarget& to) {
  if (end > to.now)
    return "the interval from " + iso_text(*to.household.zone, row.start) + " lies in the future or isn't over yet";
  const double most = static_cast<double>(to.household.speed_bits_per_second) / kBitsPerByte * kBothWays *
                      static_cast<double>((end - row.start).count());
  if (static_cast<double>(row.used.count) > most) {
    return std::to_string(row.used.count) + " bytes from " + iso_text(*to.household.zone, row.start) +
           " are more than the line can carry; is this its step, and is `speed` right?";
  }
  return std::nullopt;
}

// Adds hours up until a day is covered wholly.
class DayMaker {
 public:
  DayMaker(const std::set<Time>& other_days, const UsageTarget& to) : other_days_(other_days), to_(to) {}

  void add(const UsageRow& row, const LocalHour& hour) {
    const LocalDay day = local_day(*to_.household.zone, row.start);
    if (day_start_ != day.start) {
      day_start_ = day.start;
      covered_ = seconds{0};
      used_ = Bytes{0};
    }
    covered_ += hour.end - hour.start;
    used_ += row.used;
    if (covered_ != day.end - day.start || other_days_.contains(day.start)) return;
    to_.sink.row(row.line, *history_table("days"),
                 {iso_text(*to_.household.zone, day.start).substr(0, 10), count_of(day.start), count_of(day.end),
                  std::monostate{}, used_.count});
  }

 private:
  const std::set<Time>& other_days_;
  const UsageTarget& to_;
  Time day_start_;
  seconds covered_{0};
  Bytes used_;
};

}  // namespace

std::optional<UsageStep> step_of(const std::vector<UsageRow>& rows, HistorySink& sink) {
  std::optional<seconds> least;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const seconds step = rows[i].start - rows[i - 1].start;
    if (!least || step < *least) least = step;
  }
  if (!least) {
    sink.problem(rows.empty() ? 0 : rows.front().line, "fewer than two rows don't tell whether they are hours or days");
    return std::nullopt;
  }
  if (is_day(*least)) return UsageStep::day;
  if (*least != kHour) {
    sink.problem(0, "the rows are " + std::to_string(least->count()) +
                        " seconds apart; rows of an hour (3600) or a local day are needed");
    return std::nullopt;
  }
  // Two days in a row between hours are no gaps.
  for (std::size_t i = 2; i < rows.size(); ++i) {
    if (!is_day(rows[i].start - rows[i - 1].start) || !is_day(rows[i - 1].start - rows[i - 2].start)) continue;
    sink.problem(rows[i].line, "the steps are mixed: hours and days in one series; import them as two files");
    return std::nullopt;
  }
  return UsageStep::hour;
}

void put_hours(const std::vector<UsageRow>& rows, const std::set<Time>& other_days, const UsageTarget& to) {
  DayMaker days(other_days, to);
  for (const UsageRow& row : rows) {
    const LocalHour hour = local_hour(*to.household.zone, row.start);
    if (hour.start != row.start) {
      say(row, to.sink,
          iso_text(*to.household.zone, row.start) + " is not the start of an hour in " + to.household.zone->name());
      continue;
    }
    if (const auto why = fault(row, hour.end, to)) {
      say(row, to.sink, *why);
      continue;
    }
    to.sink.row(row.line, *history_table("hours"), {count_of(row.start), row.used.count});
    days.add(row, hour);
  }
}

void put_days(const std::vector<UsageRow>& rows, const UsageTarget& to) {
  for (const UsageRow& row : rows) {
    const LocalDay day = local_day(*to.household.zone, row.start);
    if (day.start != row.start) {
      say(row, to.sink,
          iso_text(*to.household.zone, row.start) + " is not where a day begins in " + to.household.zone->name() +
              "; is `timezone` right?");
      continue;
    }
    if (const auto why = fault(row, day.end, to)) {
      say(row, to.sink, *why);
      continue;
    }
    to.sink.row(row.line, *history_table("days"),
                {iso_text(*to.household.zone, day.start).substr(0, 10), count_of(day.start), count_of(day.end),
                 std::monostate{}, row.used.count});
  }
}

}  // namespace taara
