// SPDX-License-Identifier: Apache-2.0
#include "core/time_text.h"

#include <algorithm>
#include <cstdlib>

namespace taara {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes exactly `count` digits from the front; on failure the text is left as it was.
std::optional<int> take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count || !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count), is_digit))
    return std::nullopt;
  int number = 0;
  for (const char digit : text.substr(0, count)) number = number * 10 + (digit - '0');
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<date::year_month_day> make_date(int year, int month, int day) {
  const date::year_month_day result{date::year{year}, date::month{static_cast<unsigned>(month)},
                                    date::day{static_cast<unsigned>(day)}};
  if (!result.ok() || year < 1970 || year > 2199) return std::nullopt;
  return result;
}

std::optional<date::year_month_day> take_iso_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  return make_date(*year, *month, *day);
}

struct Clockface {
  seconds since_midnight;
  seconds resolution;
};

std::optional<Clockface> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const seconds whole_minutes = hours{*hour} + minutes{*minute};
  if (!take(text, ':')) return Clockface{whole_minutes, seconds{60}};
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return std::nullopt;  // 60: a leap second
  if (take(text, '.')) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto digits = static_cast<std::size_t>(end - text.begin());
    if (digits == 0 || digits > 9) return std::nullopt;
    text.remove_prefix(digits);
  }
  return Clockface{whole_minutes + seconds{*second}, seconds{1}};
}

// "Z", "+03:00", "-0330" or "+03", the whole rest of the text.
std::optional<seconds> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return seconds{0};
  const bool west = !text.empty() && text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 15) return std::nullopt;
  int minute = 0;
  if (!text.empty()) {
    take(text, ':');
    const auto given = take_number(text, 2);
    if (!given || *given > 59 || !text.empty()) return std::nullopt;
    minute = *given;
  }
  const seconds offset = hours{*hour} + minutes{minute};
  return west ? -offset : offset;
}

}  // namespace

std::optional<TimeText> parse_iso_time(std::string_view text, const date::time_zone* zone) {
  const auto day = take_iso_date(text);
  if (!day) return std::nullopt;
  Clockface clock{seconds{0}, days{1}};
  if (!text.empty()) {
    if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
    const auto taken = take_clock(text);
    if (!taken) return std::nullopt;
    clock = *taken;
  }
  const date::local_seconds local = date::local_days{*day} + clock.since_midnight;
  if (!text.empty()) {
    const auto offset = parse_offset(text);
    if (!offset) return std::nullopt;
    return TimeText{Time{local.time_since_epoch() - *offset}, clock.resolution};
  }
  if (zone == nullptr) return TimeText{Time{local.time_since_epoch()}, clock.resolution};
  return TimeText{zone->to_sys(local, date::choose::earliest), clock.resolution};
}

std::string iso_text(const date::time_zone& zone, Time time) {
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const seconds offset = date::floor<minutes>(zone.get_info(time).offset);
  const date::local_seconds local{(time + offset).time_since_epoch()};
  const auto day = date::floor<date::days>(local);
  const date::year_month_day ymd(day);
  const seconds since_midnight = local - day;
  const std::string year = std::to_string(static_cast<int>(ymd.year()));
  const std::int64_t minutes_off = std::abs(offset.count()) / 60;
  return std::string(4 - std::min<std::size_t>(year.size(), 4), '0') + year + "-" +
         two(static_cast<unsigned>(ymd.month())) + "-" + two(static_cast<unsigned>(ymd.day())) + "T" +
         two(since_midnight / hours{1}) + ":" + two(since_midnight / minutes{1} % 60) + ":" +
         two(since_midnight.count() % 60) + (offset.count() < 0 ? "-" : "+") + two(minutes_off / 60) + ":" +
         two(minutes_off % 60);
}

std::optional<date::year_month_day> parse_us_date(std::string_view text) {
  const auto month = take_number(text, 2);
  if (!month || !take(text, '/')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !take(text, '/')) return std::nullopt;
  const auto year = take_number(text, 4);
  if (!year || !text.empty()) return std::nullopt;
  return make_date(*year, *month, *day);
}

std::optional<SpanText> parse_span(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = static_cast<std::size_t>(end - text.begin());
  if (digits > 4) return std::nullopt;
  const auto count = take_number(text, digits);
  if (digits == 0 || !count) return std::nullopt;
  std::optional<SpanText> span;
  if (text == " days" || text == " day") span = {days{*count}, days{1}};
  if (text == " hours" || text == " hour") span = {hours{*count}, hours{1}};
  if (!span || span->span > days{3660}) return std::nullopt;
  return span;
}

}  // namespace taara
