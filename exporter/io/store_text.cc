// SPDX-License-Identifier: Apache-2.0
#include "io/store_text.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>

#include "io/store_json.h"

namespace taara {
namespace {

namespace json = boost::json;

constexpr seconds kHour{3600};

std::int64_t number_of(Bytes value) { return value.count; }
std::int64_t number_of(Time value) { return value.time_since_epoch().count(); }

// Absent values have no key.
template <class Value>
void put(json::object& object, std::string_view key, const std::optional<Value>& value) {
  if (value) object[key] = number_of(*value);
}

std::optional<json::value> parse(std::string_view text) {
  boost::system::error_code failed;
  json::value value = json::parse(text, failed);
  if (failed) return std::nullopt;
  return value;
}

const json::array& array_of(const json::value* value) {
  static const json::array empty;
  const json::array* array = value != nullptr ? value->if_array() : nullptr;
  return array != nullptr ? *array : empty;
}

json::object point_object(const MeterPoint& point) {
  json::object object{{"time", number_of(point.time)}, {"resolution", point.resolution.count}};
  put(object, "remaining", point.remaining);
  put(object, "used", point.used);
  put(object, "allocation", point.allocation);
  put(object, "purchased", point.purchased);
  put(object, "expiry", point.expiry);
  return object;
}

MeterPoint read_point(const json::value* value, bool& good) {
  MeterPoint point;
  Members members(value, good);
  members.read("time", point.time);
  members.read("resolution", point.resolution);
  members.read("remaining", point.remaining);
  members.read("used", point.used);
  members.read("allocation", point.allocation);
  members.read("purchased", point.purchased);
  members.read("expiry", point.expiry);
  return point;
}

json::object cycle_object(const Cycle& cycle) {
  json::object object{{"start", number_of(cycle.start)},    {"end", number_of(cycle.end)},
                      {"used", cycle.used.count},           {"used_peak", cycle.used_peak.count},
                      {"meter_offset", cycle.offset.count}, {"top_ups", cycle.top_ups.count},
                      {"uncounted", cycle.uncounted.count}};
  put(object, "allocation", cycle.allocation);
  return object;
}

Cycle read_cycle(const json::value* value, bool& good) {
  Cycle cycle;
  Members members(value, good);
  members.read("start", cycle.start);
  members.read("end", cycle.end);
  members.read("allocation", cycle.allocation);
  members.read("used", cycle.used);
  members.read("used_peak", cycle.used_peak);
  members.read("meter_offset", cycle.offset);
  members.read("top_ups", cycle.top_ups);
  members.read("uncounted", cycle.uncounted);
  return cycle;
}

json::object day_object(const Day& day) {
  json::object object{{"date", date_text(day.date)},
                      {"start", number_of(day.start)},
                      {"end", number_of(day.end)},
                      {"used", day.used.count},
                      {"covered", day.covered.count()}};
  put(object, "budget", day.budget);
  return object;
}

Day read_day(const json::value* value, bool& good) {
  Day day;
  Members members(value, good);
  std::string text;
  members.read("date", text);
  if (const auto parsed = read_date(text)) {
    day.date = *parsed;
  } else {
    good = false;
  }
  members.read("start", day.start);
  members.read("end", day.end);
  members.read("budget", day.budget);
  members.read("used", day.used);
  std::int64_t covered = 0;
  members.read("covered", covered);
  day.covered = seconds{covered};
  return day;
}

// Hours that follow each other share one start: [[start, used, used, …], …].
json::array hours_array(const std::deque<Hour>& hours) {
  json::array runs;
  std::optional<Time> next;
  for (const Hour& hour : hours) {
    if (next != hour.start) runs.emplace_back(json::array{number_of(hour.start)});
    runs.back().as_array().emplace_back(hour.used.count);
    next = hour.start + kHour;
  }
  return runs;
}

std::deque<Hour> read_hours(const json::value* value, bool& good) {
  std::deque<Hour> hours;
  for (const json::value& run : array_of(value)) {
    const json::array& numbers = array_of(&run);
    Time start;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const auto* number = numbers[i].if_int64();
      if (number == nullptr) {
        good = false;
      } else if (i == 0) {
        start = Time{seconds{*number}};
      } else {
        hours.push_back({start + kHour * static_cast<std::int64_t>(i - 1), Bytes{*number}});
      }
    }
  }
  return hours;
}

}  // namespace

std::string book_text(const LedgerState& book) {
  json::object object{{"usage_total", book.usage_total.count},
                      {"streak", book.streak},
                      {"suspect_count", book.suspect_count},
                      {"hours", hours_array(book.hours)}};
  put(object, "moved", book.moved);
  if (book.last) object["last"] = point_object(*book.last);
  if (book.suspect) object["suspect"] = point_object(*book.suspect);
  if (book.cycle) object["cycle"] = cycle_object(*book.cycle);
  if (book.today) object["today"] = day_object(*book.today);
  json::array days;
  for (const Day& day : book.finished_days) days.emplace_back(day_object(day));
  object["finished_days"] = std::move(days);
  return json::serialize(object);
}

std::optional<LedgerState> read_book(std::string_view text) {
  const auto value = parse(text);
  if (!value) return std::nullopt;
  bool good = true;
  LedgerState book;
  Members members(&*value, good);
  members.read("usage_total", book.usage_total);
  members.read("streak", book.streak);
  members.read("suspect_count", book.suspect_count);
  members.read("moved", book.moved);
  if (const auto* last = members.find("last")) book.last = read_point(last, good);
  if (const auto* suspect = members.find("suspect")) book.suspect = read_point(suspect, good);
  if (const auto* cycle = members.find("cycle")) book.cycle = read_cycle(cycle, good);
  if (const auto* today = members.find("today")) book.today = read_day(today, good);
  for (const json::value& day : array_of(members.find("finished_days"))) {
    book.finished_days.push_back(read_day(&day, good));
  }
  book.hours = read_hours(members.find("hours"), good);
  if (!good) return std::nullopt;
  return book;
}

std::string polling_text(const PollingState& polling) {
  json::object object{{"mode", name_of(kPollingModeNames, polling.mode)},
                      {"failures_in_row", polling.failures_in_row},
                      {"successes_in_row", polling.successes_in_row},
                      {"breaker_open", polling.breaker_open},
                      {"breaker_trials", polling.breaker_trials},
                      {"last_reached", polling.last_reached},
                      {"login_rejections", polling.login_rejections},
                      {"auth_failures_in_row", polling.auth_failures_in_row},
                      {"rejected_secret_version", polling.rejected_secret_version}};
  put(object, "mode_since", polling.mode_since);
  put(object, "last_attempt", polling.last_attempt);
  put(object, "not_before", polling.not_before);
  put(object, "clock_went_back_from", polling.clock_went_back_from);
  put(object, "last_login_rejected", polling.last_login_rejected);
  put(object, "last_auth_failure", polling.last_auth_failure);
  return json::serialize(object);
}

std::optional<PollingState> read_polling(std::string_view text) {
  const auto value = parse(text);
  if (!value) return std::nullopt;
  bool good = true;
  PollingState polling;
  Members members(&*value, good);
  std::string mode;
  members.read("mode", mode);
  bool known = false;
  for (std::size_t i = 0; i < kPollingModeNames.size(); ++i) {
    if (mode != kPollingModeNames.at(i)) continue;
    polling.mode = static_cast<PollingMode>(i);
    known = true;
  }
  members.read("mode_since", polling.mode_since);
  members.read("failures_in_row", polling.failures_in_row);
  members.read("successes_in_row", polling.successes_in_row);
  members.read("breaker_open", polling.breaker_open);
  members.read("breaker_trials", polling.breaker_trials);
  members.read("last_attempt", polling.last_attempt);
  members.read("last_reached", polling.last_reached);
  members.read("not_before", polling.not_before);
  members.read("clock_went_back_from", polling.clock_went_back_from);
  members.read("login_rejections", polling.login_rejections);
  members.read("auth_failures_in_row", polling.auth_failures_in_row);
  members.read("last_auth_failure", polling.last_auth_failure);
  members.read("last_login_rejected", polling.last_login_rejected);
  members.read("rejected_secret_version", polling.rejected_secret_version);
  if (!good || !known) return std::nullopt;
  return polling;
}

std::string plans_text(const std::vector<PlanBalance>& plans) {
  json::array array;
  for (const PlanBalance& plan : plans) {
    array.emplace_back(json::array{plan.plan, plan.remaining.count, plan.home, plan.active});
  }
  return json::serialize(array);
}

std::optional<std::vector<PlanBalance>> read_plans(std::string_view text) {
  const auto value = parse(text);
  if (!value || !value->is_array()) return std::nullopt;
  std::vector<PlanBalance> plans;
  for (const json::value& item : value->get_array()) {
    const json::array& parts = array_of(&item);
    if (parts.size() != 4 || !parts[0].is_string() || !parts[1].is_int64() || !parts[2].is_bool() ||
        !parts[3].is_bool()) {
      return std::nullopt;
    }
    const auto& name = parts[0].get_string();
    plans.push_back(
        {std::string(name.data(), name.size()), Bytes{parts[1].get_int64()}, parts[2].get_bool(), parts[3].get_bool()});
  }
  return plans;
}

std::string events_text(const std::vector<MeterEvent>& events) {
  json::array array;
  for (const MeterEvent event : events) array.emplace_back(name_of(kMeterEventNames, event));
  return json::serialize(array);
}

std::string violations_text(const std::vector<Violation>& violations) {
  json::array array;
  for (const Violation& violation : violations) {
    array.emplace_back(json::array{name_of(kFieldNames, violation.field), violation.detail});
  }
  return json::serialize(array);
}

std::string date_text(date::local_days day) {
  const date::year_month_day ymd(day);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return text.data();
}

std::optional<date::local_days> read_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto whole = [](std::string_view part, auto& to) {
    const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), to);
    return failed == std::errc() && end == part.data() + part.size();
  };
  if (!whole(text.substr(0, 4), year) || !whole(text.substr(5, 2), month) || !whole(text.substr(8, 2), day)) {
    return std::nullopt;
  }
  const date::year_month_day ymd{date::year(year), date::month(month), date::day(day)};
  if (!ymd.ok()) return std::nullopt;
  return date::local_days(ymd);
}

}  // namespace taara
