// SPDX-License-Identifier: Apache-2.0
#include "line_sim/time_text.h"

#include <date/date.h>

#include <charconv>
#include <sstream>

#include "line_sim/plan.h"

namespace taara::line_sim {
namespace {

Error bad_time(std::string_view text) {
  return {Errc::invalid,
          std::string(1, '"').append(text) +
              "\" is no time: write 2026-03-01, 2026-03-01T12:00:00Z or seconds since 1970, from 2020-03-01 to 2100"};
}

bool parse_iso(const std::string& text, const char* form, Time& time) {
  std::istringstream in(text);
  in >> date::parse(form, time);
  return !in.fail() && in.peek() == std::istringstream::traits_type::eof();
}

}  // namespace

Result<Time> parse_time(std::string_view text) {
  Time time;
  std::int64_t epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error == std::errc{} && end == text.data() + text.size()) {
    // Bounded before it becomes a time, so that no arithmetic can overflow.
    if (epoch < kEarliest.time_since_epoch().count() || epoch > seconds{kLatest.time_since_epoch()}.count())
      return bad_time(text);
    time = Time{seconds{epoch}};
  } else {
    const std::string owned(text);
    if (!parse_iso(owned, "%Y-%m-%dT%H:%M:%SZ", time) && !parse_iso(owned, "%Y-%m-%d", time)) return bad_time(text);
  }
  if (time < kEarliest || time > kLatest) return bad_time(text);
  return time;
}

Result<seconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  std::int64_t factor = 0;
  if (unit.empty() || unit == "s") factor = 1;
  if (unit == "m") factor = 60;
  if (unit == "h") factor = 3600;
  if (unit == "d") factor = 86'400;
  constexpr std::int64_t kLongest = 100LL * 366 * 86'400;
  if (error != std::errc{} || factor == 0 || count < 0 || count > kLongest / factor) {
    return Error{Errc::invalid, std::string(1, '"').append(text) + "\" is no duration: write 90s, 10m, 1h or 30d"};
  }
  return seconds{count * factor};
}

std::string iso_text(Time time) { return date::format("%Y-%m-%dT%H:%M:%S.000Z", time); }
std::string http_date_text(Time time) { return date::format("%a, %d %b %Y %H:%M:%S GMT", time); }
std::string us_date_text(Time time) { return date::format("%m/%d/%Y", time + kLocalOffset); }

}  // namespace taara::line_sim
