// SPDX-License-Identifier: Apache-2.0
#include "io/vnstat_json.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "core/calendar.h"
#include "core/in_quotes.h"
#include "io/strict_json.h"

namespace taara {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxVnstatMemory = std::size_t{192} << 20;
constexpr std::int64_t kPerHour = 12;  // intervals of five minutes
constexpr seconds kFiveMinutes{300};
constexpr std::chrono::hours kHour{1};
constexpr std::int64_t kLatest = 7'258'118'400;  // 2200-01-01

const json::array* list(const json::value& value, std::string_view key) {
  const json::value* const found = member(value, key);
  return found != nullptr ? found->if_array() : nullptr;
}

std::optional<std::int64_t> whole(const json::value& value, std::string_view key) {
  const json::value* const found = member(value, key);
  if (found == nullptr || found->if_int64() == nullptr) return std::nullopt;
  return found->get_int64();
}

std::string text_of(const json::value& value, std::string_view key) {
  const json::value* const found = member(value, key);
  if (found == nullptr || !found->is_string()) return {};
  return {found->get_string().data(), found->get_string().size()};
}

enum class Clock { shown, skipped, twice };

struct Moment {
  Time time;
  bool exact = false;  // by a timestamp, not by the local clock
  Clock clock = Clock::shown;
};

// Nothing where it is malformed.
std::optional<Moment> moment_of(const json::value& entry, const date::time_zone& zone, bool with_time) {
  if (const auto stamp = whole(entry, "timestamp"); stamp && *stamp >= 0 && *stamp <= kLatest)
    return Moment{Time{seconds{*stamp}}, true, Clock::shown};
  const json::value* const day = member(entry, "date");
  if (day == nullptr) return std::nullopt;
  const auto number = [](const json::value& from, std::string_view key, std::int64_t least, std::int64_t most) {
    const auto found = whole(from, key);
    return found && *found >= least && *found <= most ? found : std::nullopt;
  };
  const auto y = number(*day, "year", 1970, 2199);
  const auto m = number(*day, "month", 1, 12);
  const auto d = number(*day, "day", 1, 31);
  if (!y || !m || !d) return std::nullopt;
  const date::year_month_day ymd{date::year{static_cast<int>(*y)}, date::month{static_cast<unsigned>(*m)},
                                 date::day{static_cast<unsigned>(*d)}};
  if (!ymd.ok()) return std::nullopt;
  date::local_seconds local = date::local_days{ymd};
  if (!with_time) return Moment{first_moment(zone, local), false, Clock::shown};
  const json::value* const time = member(entry, "time");
  if (time == nullptr) return std::nullopt;
  const auto hour = number(*time, "hour", 0, 23);
  const auto minute = number(*time, "minute", 0, 59);
  if (!hour || !minute) return std::nullopt;
  local += std::chrono::hours{*hour} + std::chrono::minutes{*minute};
  const auto info = zone.get_info(local);
  const Clock clock = info.result == date::local_info::nonexistent ? Clock::skipped
                      : info.result == date::local_info::ambiguous ? Clock::twice
                                                                   : Clock::shown;
  return Moment{first_moment(zone, local), false, clock};
}

class Interface {
 public:
  Interface(const json::value& interface, std::string pointer, const UsageTarget& to)
      : interface_(interface), pointer_(std::move(pointer)), to_(to) {
    const auto& zone = *to.household.zone;
    if (const json::value* const updated = member(interface, "updated"))
      if (const auto moment = moment_of(*updated, zone, true)) updated_ = moment->time;
    if (const json::value* const created = member(interface, "created")) {
      // The day on which it began to count was not counted whole.
      if (const auto moment = moment_of(*created, zone, false))
        created_ = moment->exact ? moment->time : local_day(zone, moment->time).end;
    }
  }

  void read() {
    const json::value* const traffic = member(interface_, "traffic");
    if (traffic == nullptr || !traffic->is_object())
      return to_.sink.problem(0, pointer_ + " has no traffic; is this from `vnstat --json`?");
    const auto days = rows_of(*traffic, "day", false);
    auto hours = rows_of(*traffic, "hour", true);
    if (list(*traffic, "hour") == nullptr) hours = hours_of(rows_of(*traffic, "fiveminute", true));
    const bool same_zone = std::all_of(days.begin(), days.end(), [&](const UsageRow& row) {
      return local_day(*to_.household.zone, row.start).start == row.start;
    });
    if (!same_zone) {
      notes.push_back("its days don't begin where those of " + to_.household.zone->name() +
                      " do, so days are made from its hours only");
    }
    std::set<Time> days_given;
    if (same_zone)
      for (const UsageRow& row : days) days_given.insert(row.start);
    put_hours(hours, days_given, to_);
    if (same_zone) put_days(days, to_);
    if (twice_ > 0)
      notes.push_back(std::to_string(twice_) + " intervals were left out: the clock showed their hour twice");
    if (under_way_ > 0)
      notes.push_back(std::to_string(under_way_) +
                      " intervals were left out that vnStat had not counted whole (its first and its newest)");
  }

  std::vector<std::string> notes;

 private:
  std::vector<UsageRow> rows_of(const json::value& traffic, std::string_view kind, bool with_time) {
    std::vector<UsageRow> rows;
    const json::array* const entries = list(traffic, kind);
    if (entries == nullptr) return rows;
    for (std::size_t i = 0; i < entries->size(); ++i) {
      const std::string where = pointer_ + ".traffic." + std::string(kind) + "[" + std::to_string(i) + "]";
      add((*entries)[i], where, with_time, rows);
    }
    return rows;
  }

  void add(const json::value& entry, const std::string& where, bool with_time, std::vector<UsageRow>& rows) {
    const auto moment = moment_of(entry, *to_.household.zone, with_time);
    const auto rx = whole(entry, "rx");
    const auto tx = whole(entry, "tx");
    const auto wrong = [&](std::string_view what) { to_.sink.problem(0, where + " " + std::string(what)); };
    if (!moment) return wrong("has no date and time that make sense");
    if (!rx || !tx) return wrong("lacks rx or tx as whole numbers");
    if (*rx < 0 || *tx < 0) return wrong("has negative rx or tx");
    if (*rx > kMaxPlausible.count || *tx > kMaxPlausible.count) return wrong("has more bytes than any line carries");
    if (moment->clock == Clock::skipped) {
      return wrong("is at a time that clocks in " + to_.household.zone->name() +
                   " skipped; is `timezone` that of the machine?");
    }
    if (moment->clock == Clock::twice) {
      ++twice_;
      return;
    }
    const Time end =
        with_time ? moment->time + (where.find("fiveminute") == std::string::npos ? seconds{kHour} : kFiveMinutes)
                  : local_day(*to_.household.zone, moment->time).end;
    if ((created_ && moment->time < *created_) || (updated_ && end > *updated_)) {
      ++under_way_;
      return;
    }
    rows.push_back({0, moment->time, Bytes{*rx + *tx}, where});
  }

  // Hours of which all twelve parts are there.
  [[nodiscard]] std::vector<UsageRow> hours_of(const std::vector<UsageRow>& parts) const {
    std::vector<UsageRow> hours;
    std::int64_t found = 0;
    for (const UsageRow& part : parts) {
      const Time start = local_hour(*to_.household.zone, part.start).start;
      if (found == 0 || hours.empty() || hours.back().start != start || found == kPerHour) {
        if (found > 0 && found < kPerHour) hours.pop_back();
        hours.push_back({0, start, Bytes{0}, part.where});
        found = 0;
      }
      hours.back().used += part.used;
      ++found;
    }
    if (found > 0 && found < kPerHour) hours.pop_back();
    return hours;
  }

  const json::value& interface_;
  std::string pointer_;
  const UsageTarget& to_;
  std::optional<Time> created_, updated_;
  std::size_t twice_ = 0;
  std::size_t under_way_ = 0;
};

std::string names_of(const json::array& interfaces) {
  constexpr std::size_t kMost = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(interfaces.size(), kMost); ++i)
    text += (i > 0 ? ", " : "") + in_quotes(text_of(interfaces[i], "name"));
  return text;
}

}  // namespace

std::vector<std::string> read_vnstat(std::string_view text, const std::optional<std::string>& interface,
                                     const UsageTarget& to) {
  const auto say = [&](std::string what) {
    to.sink.problem(0, std::move(what));
    return std::vector<std::string>{};
  };
  const auto parsed = parse_json(text, {.bytes = kMaxVnstatBytes, .memory = kMaxVnstatMemory});
  if (const auto* const fault = std::get_if<JsonFault>(&parsed)) return say(fault->what);
  const auto& root = std::get<json::value>(parsed);
  const std::string version = text_of(root, "jsonversion");
  if (version != "2") {
    return say("jsonversion is " + in_quotes(version) +
               "; needed: \"2\", which vnStat 2 writes (older versions count in KiB and lose too much)");
  }
  const json::array* const interfaces = list(root, "interfaces");
  if (interfaces == nullptr || interfaces->empty()) return say("there are no interfaces in it");
  if (!interface && interfaces->size() > 1)
    return say("there are several interfaces: " + names_of(*interfaces) + "; say which with --series NAME");
  for (std::size_t i = 0; i < interfaces->size(); ++i) {
    if (interface && text_of((*interfaces)[i], "name") != *interface) continue;
    Interface reader((*interfaces)[i], "interfaces[" + std::to_string(i) + "]", to);
    reader.read();
    return reader.notes;
  }
  return say("there is no interface " + in_quotes(*interface) + "; there are " + names_of(*interfaces));
}

}  // namespace taara
