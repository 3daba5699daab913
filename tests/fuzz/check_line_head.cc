// SPDX-License-Identifier: Apache-2.0
#include <date/date.h>

#include <algorithm>
#include <charconv>

#include "fuzz/rules.h"
#include "io/http_head.h"
#include "io/line_reply.h"

namespace taara::fuzz {
namespace {

constexpr std::string_view kHost = "share.line.example";
constexpr seconds kFar{1'000'000'000'000};

// The status of "HTTP/1.1 302 Found"; 200 where there is none.
int status_in(std::string_view text) {
  int status = 200;
  const auto at = text.find(' ');
  if (text.starts_with("HTTP/") && at != std::string_view::npos) {
    text.remove_prefix(at + 1);
    std::from_chars(text.data(), text.data() + std::min<std::size_t>(3, text.size()), status);
  }
  return status;
}

void check_head(const HttpHead& head) {
  must(head.set_cookies.size() <= kMaxCookies, "cookies without end");
  for (const std::string& cookie : head.set_cookies) {
    must(cookie.size() <= kMaxCookieBytes, "a cookie that is too large");
    must(cookie.find('=') != std::string::npos && cookie.front() != '=', "a cookie without a name");
    must(std::none_of(cookie.begin(), cookie.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0' || c == ';'; }),
         "a cookie that is more than one");
  }
  must(!head.age || (*head.age >= seconds{0} && *head.age <= kFar), "an age that can't be");
  must(!head.date || *head.date >= Time{}, "a date before 1970");
  if (head.date)
    must(parse_http_date(date::format("%a, %d %b %Y %T GMT", *head.date)) == head.date,
         "written and read it is another");
  const auto delay = parse_retry_after(head.retry_after, kNow);
  must(!delay || (*delay >= -2 * kFar && *delay <= 2 * kFar), "a delay that would overflow");
}

void check_reply(std::string_view text, const HttpHead& head) {
  HttpReply reply;
  reply.status = status_in(text);
  reply.content_type = text.substr(0, text.find('\n'));
  reply.location_host = head.retry_after;
  reply.body = text;
  reply.age = head.age;
  const auto refused = refusal(reply);
  must(refused.has_value() == (reply.status < 200 || reply.status >= 300), "a reading from a refusal, or the like");
  if (refused) must_be_words(refused->what, 1000);
  (void)says_locked(reply);
  (void)is_html(reply);
  const Time known = time_of(reply, kNow);
  must(known <= kNow && known >= kNow - std::chrono::hours{24}, "an answer from the future, or older than a day");
  const std::string told = describe_body(reply.content_type, reply.body);
  must_be_words(told, 200);
  must(told.find(kCanary) == std::string::npos, "a description that repeats the body");
}

}  // namespace

void check_line_head(Input input) {
  const std::string_view text = text_of(input);
  HttpHead head;
  for (std::string_view rest = text; !rest.empty();) {
    const auto line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
    rest.remove_prefix(line.size());
    const bool was_complete = head.complete;
    const auto cookies = head.set_cookies.size();
    head.take(line, kHost);
    if (was_complete && !line.starts_with("HTTP/"))
      must(head.complete && head.set_cookies.size() == cookies, "something is read behind the head");
  }
  check_head(head);
  check_reply(text, head);
}

}  // namespace taara::fuzz
