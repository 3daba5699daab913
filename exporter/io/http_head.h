// SPDX-License-Identifier: Apache-2.0
// The head of an answer, line by line, down to the few facts that anybody may use. Pure: no socket, no clock, no curl.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace taara {

inline constexpr std::size_t kMaxCookies = 10;
inline constexpr std::size_t kMaxCookieBytes = 4096;

struct HttpHead {
  bool complete = false;          // the empty line was seen
  bool framing_in_doubt = false;  // says twice or in two ways where the body ends: the connection is not used again
  std::string retry_after;        // as sent
  std::optional<seconds> age;
  std::optional<Time> date;
  std::vector<std::string> set_cookies;  // "name=value" of those that are meant for `host`

  // One line as received, with its line end. Interim answers (1xx) are forgotten when the next status line comes;
  // what follows the empty line (trailers) is ignored.
  void take(std::string_view line, std::string_view host);

 private:
  bool length_seen_ = false;
  bool transfer_encoding_seen_ = false;
};

// The three forms of RFC 9110; anything else, and any date that doesn't exist, is absent.
[[nodiscard]] std::optional<Time> parse_http_date(std::string_view text);

// Seconds (also negative or huge: saturated, not clamped) or a date as a delay from `now`.
[[nodiscard]] std::optional<seconds> parse_retry_after(std::string_view text, Time now);

}  // namespace taara
