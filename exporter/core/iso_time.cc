// SPDX-License-Identifier: Apache-2.0
#include "core/iso_time.h"

namespace taara {
namespace {

constexpr Time kLatest{seconds{7'258'118'400}};  // 2200-01-01

void append_digits(std::string& out, std::int64_t number, int digits) {
  std::string text = std::to_string(number);
  if (text.size() < static_cast<std::size_t>(digits)) out.append(static_cast<std::size_t>(digits) - text.size(), '0');
  out += text;
}

void append_offset(std::string& out, std::int64_t offset) {
  out += offset < 0 ? '-' : '+';
  append_digits(out, std::abs(offset) / 3600, 2);
  out += ':';
  append_digits(out, std::abs(offset) / 60 % 60, 2);
}

}  // namespace

std::string iso_date(date::local_days date) {
  const date::year_month_day day{date};
  std::string text;
  append_digits(text, int{day.year()}, 4);
  text += '-';
  append_digits(text, unsigned{day.month()}, 2);
  text += '-';
  append_digits(text, unsigned{day.day()}, 2);
  return text;
}

std::optional<std::string> iso_time(Time time, const date::time_zone* zone) {
  if (time < Time{} || time >= kLatest) return std::nullopt;
  std::int64_t offset = zone == nullptr ? 0 : zone->get_info(time).offset.count();
  // An offset with seconds (there was one until 1972) can't be written.
  const bool utc = zone == nullptr || offset % 60 != 0;
  if (utc) offset = 0;
  const date::local_seconds local{time.time_since_epoch() + seconds{offset}};
  const auto day = date::floor<date::days>(local);
  const std::int64_t second = (local - day).count();
  std::string text = iso_date(day);
  text += 'T';
  append_digits(text, second / 3600, 2);
  text += ':';
  append_digits(text, second / 60 % 60, 2);
  text += ':';
  append_digits(text, second % 60, 2);
  if (utc)
    text += 'Z';
  else
    append_offset(text, offset);
  return text;
}

}  // namespace taara
