// SPDX-License-Identifier: Apache-2.0
#include "io/http_head.h"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <locale>
#include <sstream>

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
  constexpr std::size_t kLongestDate = 40;
  if (text.size() > kLongestDate) return std::nullopt;
  for (const char* format : {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    Time time;
    date::from_stream(in, format, time);
    const bool whole = !in.fail() && in.peek() == std::istringstream::traits_type::eof();
    if (whole && time >= Time{} && time - Time{} < kLongest) return time;
  }
  return std::nullopt;
}

std::optional<seconds> parse_retry_after(std::string_view text, Time now) {
  if (const auto delay = parse_seconds(text)) return delay;
  if (const auto moment = parse_http_date(text)) return *moment - now;
  return std::nullopt;
}

}  // namespace taara
