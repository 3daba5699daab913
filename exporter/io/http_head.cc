// SPDX-License-Identifier: Apache-2.0
#include "io/http_head.h"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace taara {
namespace {

// Far beyond any use, and small enough that sums with a time never overflow.
constexpr seconds kLongest{1'000'000'000'000};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<seconds> parse_seconds(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::int64_t count = 0;
  const bool fits = std::from_chars(digits.data(), digits.data() + digits.size(), count).ec == std::errc{};
  const seconds amount = fits ? std::min(seconds{count}, kLongest) : kLongest;
  return negative ? -amount : amount;
}

bool only_digits_and_dots(std::string_view host) {
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// Whether a cookie with this Domain attribute may come from `host` (RFC 6265, 5.1.3).
bool domain_covers(std::string_view domain, std::string_view host) {
  if (domain.starts_with('.')) domain.remove_prefix(1);
  if (domain.empty() || same_word(domain, host)) return true;
  if (only_digits_and_dots(host) || host.size() <= domain.size()) return false;
  const std::string_view tail = host.substr(host.size() - domain.size());
  return host[host.size() - domain.size() - 1] == '.' && same_word(tail, domain);
}

std::optional<std::string_view> cookie_for(std::string_view value, std::string_view host) {
  const auto end = value.find(';');
  const std::string_view pair = trimmed(value.substr(0, end));
  const auto equals = pair.find('=');
  if (equals == std::string_view::npos || equals == 0 || pair.size() > kMaxCookieBytes) return std::nullopt;
  if (std::ranges::any_of(pair, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
    return std::nullopt;
  }
  std::string_view rest = end == std::string_view::npos ? std::string_view{} : value.substr(end + 1);
  while (!rest.empty()) {
    const auto next = rest.find(';');
    const std::string_view attribute = trimmed(rest.substr(0, next));
    const auto sign = attribute.find('=');
    if (sign != std::string_view::npos && same_word(trimmed(attribute.substr(0, sign)), "domain") &&
        !domain_covers(trimmed(attribute.substr(sign + 1)), host)) {
      return std::nullopt;
    }
    rest = next == std::string_view::npos ? std::string_view{} : rest.substr(next + 1);
  }
  return pair;
}

constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kShort = 3;  // letters of a weekday

// Takes a date apart from its front. What doesn't fit makes it bad for good.
class DateText {
 public:
  explicit DateText(std::string_view text) : left_(text) {}

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool ended() const { return left_.empty(); }

  int number(std::size_t digits) {
    const std::string_view front = take(digits);
    int number = 0;
    for (const char c : front) {
      good_ = good_ && c >= '0' && c <= '9';
      number = number * 10 + (c - '0');
    }
    return good_ ? number : 0;
  }
  unsigned day_or_space() {
    const bool one_digit = left_.starts_with(' ');
    if (one_digit) left_.remove_prefix(1);
    return static_cast<unsigned>(number(one_digit ? 1 : 2));
  }
  // Which of the names stands here, in their first so many letters.
  template <std::size_t N>
  unsigned one_of(const std::array<std::string_view, N>& names, std::size_t letters) {
    const auto* const found =
        std::ranges::find_if(names, [&](std::string_view name) { return left_.starts_with(name.substr(0, letters)); });
    good_ = good_ && found != names.end();
    if (good_) take(std::min(letters, found->size()));
    return good_ ? static_cast<unsigned>(found - names.begin()) : 0;
  }
  void literal(std::string_view expected) { good_ = take(expected.size()) == expected && good_; }
  seconds time_of_day() {
    const int hour = number(2);
    literal(":");
    const int minute = number(2);
    literal(":");
    const int second = number(2);
    good_ = good_ && hour < 24 && minute < 60 && second <= 60;  // 60: a leap second
    return std::chrono::hours{hour} + std::chrono::minutes{minute} + seconds{second};
  }

 private:
  std::string_view take(std::size_t bytes) {
    good_ = good_ && left_.size() >= bytes;
    if (!good_) return {};
    const std::string_view front = left_.substr(0, bytes);
    left_.remove_prefix(bytes);
    return front;
  }

  std::string_view left_;
  bool good_ = true;
};

// `form`: w or W a weekday, short or whole; D or d a day, d with a space for a missing digit; M a month, Y or y a year,
// T a time of day, G is GMT; anything else is itself. Without
// date::from_stream(), which goes on with a number that was never set where seconds are missing.
std::optional<Time> date_in_form(std::string_view text, std::string_view form) {
  DateText rest(text);
  unsigned weekday = 0;
  unsigned day = 0;
  unsigned month = 0;
  int year = 0;
  seconds time{0};
  for (const char part : form) {
    if (!rest.good()) return std::nullopt;
    switch (part) {
      case 'w':
      case 'W':
        weekday = rest.one_of(kWeekdays, part == 'w' ? kShort : std::string_view::npos);
        break;
      case 'D':
        day = static_cast<unsigned>(rest.number(2));
        break;
      case 'd':
        day = rest.day_or_space();
        break;
      case 'M':
        month = rest.one_of(kMonths, kShort) + 1;
        break;
      case 'Y':
        year = rest.number(4);
        break;
      case 'y':
        year = rest.number(2);
        year += year < 69 ? 2000 : 1900;
        break;
      case 'T':
        time = rest.time_of_day();
        break;
      case 'G':
        rest.literal("GMT");
        break;
      default:
        rest.literal({&part, 1});
    }
  }
  const date::year_month_day date{date::year{year}, date::month{month}, date::day{day}};
  if (!rest.good() || !rest.ended() || !date.ok() || year < 1970) return std::nullopt;
  if (date::weekday{date::sys_days{date}}.c_encoding() != weekday) return std::nullopt;
  return date::sys_days{date} + time;
}

}  // namespace

void HttpHead::take(std::string_view line, std::string_view host) {
  if (line.starts_with("HTTP/")) {
    *this = HttpHead{};
    return;
  }
  if (complete) return;
  if (trimmed(line).empty()) {
    complete = true;
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = trimmed(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same_word(name, "set-cookie")) {
    const auto cookie = set_cookies.size() < kMaxCookies ? cookie_for(value, host) : std::nullopt;
    if (cookie) set_cookies.emplace_back(*cookie);
  } else if (same_word(name, "retry-after")) {
    retry_after = value;
  } else if (same_word(name, "age")) {
    const auto seen = parse_seconds(value);
    age = seen && *seen >= seconds{0} ? seen : std::nullopt;
  } else if (same_word(name, "date")) {
    date = parse_http_date(value);
  } else if (same_word(name, "content-length")) {
    framing_in_doubt |= length_seen_ || transfer_encoding_seen_;
    length_seen_ = true;
  } else if (same_word(name, "transfer-encoding")) {
    framing_in_doubt |= length_seen_ || transfer_encoding_seen_;
    transfer_encoding_seen_ = true;
  }
}

std::optional<Time> parse_http_date(std::string_view text) {
  for (const std::string_view form : {"w, D M Y T G", "W, D-M-y T G", "w M d T Y"})
    if (const auto time = date_in_form(text, form)) return time;
  return std::nullopt;
}

std::optional<seconds> parse_retry_after(std::string_view text, Time now) {
  if (const auto delay = parse_seconds(text)) return delay;
  if (const auto moment = parse_http_date(text)) return *moment - now;
  return std::nullopt;
}

}  // namespace taara
