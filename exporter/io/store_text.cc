// SPDX-License-Identifier: Apache-2.0
#include "io/store_text.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <concepts>
#include <cstdio>
#include <type_traits>

#include "io/store_json.h"

namespace taara {
namespace {

namespace json = boost::json;

constexpr seconds kHour{3600};

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

// The members of each part, for reading and for writing.
template <class Part, class Of>
concept PartOf = std::same_as<std::remove_const_t<Part>, Of>;

template <class Each, PartOf<MeterPoint> Point>
void visit(Each& each, Point& point) {
  each("time", point.time);
  each("resolution", point.resolution);
  each("remaining", point.remaining);
  each("used", point.used);
  each("allocation", point.allocation);
  each("purchased", point.purchased);
  each("expiry", point.expiry);
}

template <class Each, PartOf<Cycle> OneCycle>
void visit(Each& each, OneCycle& cycle) {
  each("start", cycle.start);
  each("end", cycle.end);
  each("allocation", cycle.allocation);
  each("used", cycle.used);
  each("used_peak", cycle.used_peak);
  each("meter_offset", cycle.offset);
  each("top_ups", cycle.top_ups);
  each("uncounted", cycle.uncounted);
}

template <class Each, PartOf<Day> OneDay>
void visit(Each& each, OneDay& day) {
  each("start", day.start);
  each("end", day.end);
  each("budget", day.budget);
  each("used", day.used);
  each("covered", day.covered);
}

template <class Each, PartOf<LedgerState> Book>
void visit(Each& each, Book& book) {
  each("usage_total", book.usage_total);
  each("streak", book.streak);
  each("suspect_count", book.suspect_count);
  each("moved", book.moved);
}

template <class Each, PartOf<PollingState> Polling>
void visit(Each& each, Polling& polling) {
  each("mode_since", polling.mode_since);
  each("failures_in_row", polling.failures_in_row);
  each("successes_in_row", polling.successes_in_row);
  each("breaker_open", polling.breaker_open);
  each("breaker_trials", polling.breaker_trials);
  each("last_attempt", polling.last_attempt);
  each("last_reached", polling.last_reached);
  each("not_before", polling.not_before);
  each("clock_went_back_from", polling.clock_went_back_from);
  each("login_rejections", polling.login_rejections);
  each("auth_failures_in_row", polling.auth_failures_in_row);
  each("last_auth_failure", polling.last_auth_failure);
  each("last_login_rejected", polling.last_login_rejected);
  each("rejected_secret_version", polling.rejected_secret_version);
}

template <class Part>
json::object object_of(const Part& part) {
  MembersToWrite members;
  visit(members, part);
  return members.take();
}

template <class Part>
Part read_part(const json::value* value, bool& good) {
  Part part;
  MembersToRead members(value, good);
  visit(members, part);
  return part;
}

json::object day_object(const Day& day) {
  json::object object = object_of(day);
  object["date"] = date_text(day.date);
  return object;
}

Day read_day(const json::value* value, bool& good) {
  Day day = read_part<Day>(value, good);
  std::string text;
  MembersToRead(value, good)("date", text);
  if (const auto parsed = read_date(text)) {
    day.date = *parsed;
  } else {
    good = false;
  }
  return day;
}

// Hours that follow each other share one start: [[start, used, used, …], …].
json::array hours_array(const std::deque<Hour>& hours) {
  json::array runs;
  std::optional<Time> next;
  for (const Hour& hour : hours) {
    if (next != hour.start) runs.emplace_back(json::array{hour.start.time_since_epoch().count()});
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
  json::object object = object_of(book);
  object["hours"] = hours_array(book.hours);
  if (book.last) object["last"] = object_of(*book.last);
  if (book.suspect) object["suspect"] = object_of(*book.suspect);
  if (book.cycle) object["cycle"] = object_of(*book.cycle);
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
  auto book = read_part<LedgerState>(&*value, good);
  const MembersToRead members(&*value, good);
  if (const auto* last = members.find("last")) book.last = read_part<MeterPoint>(last, good);
  if (const auto* suspect = members.find("suspect")) book.suspect = read_part<MeterPoint>(suspect, good);
  if (const auto* cycle = members.find("cycle")) book.cycle = read_part<Cycle>(cycle, good);
  if (const auto* today = members.find("today")) book.today = read_day(today, good);
  for (const json::value& day : array_of(members.find("finished_days"))) {
    book.finished_days.push_back(read_day(&day, good));
  }
  book.hours = read_hours(members.find("hours"), good);
  if (!good) return std::nullopt;
  return book;
}

std::string polling_text(const PollingState& polling) {
  json::object object = object_of(polling);
  object["mode"] = name_of(kPollingModeNames, polling.mode);
  return json::serialize(object);
}

std::optional<PollingState> read_polling(std::string_view text) {
  const auto value = parse(text);
  if (!value) return std::nullopt;
  bool good = true;
  auto polling = read_part<PollingState>(&*value, good);
  std::string mode;
  MembersToRead(&*value, good)("mode", mode);
  bool known = false;
  for (std::size_t i = 0; i < kPollingModeNames.size(); ++i) {
    if (mode != kPollingModeNames.at(i)) continue;
    polling.mode = static_cast<PollingMode>(i);
    known = true;
  }
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
  (void)std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(ymd.year()),
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
