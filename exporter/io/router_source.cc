// SPDX-License-Identifier: Apache-2.0
#include "io/router_source.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "io/line_reply.h"
#include "io/redact.h"
#include "io/request_text.h"
#include "io/router_reply.h"

namespace taara {
namespace {

constexpr seconds kSessionLife{3600};
constexpr std::size_t kMaxCookies = 10;
constexpr std::size_t kMaxCookieBytes = 4096;

// "a=1; b=2". A cookie that could break out of the header, or one too many, is left out.
std::string cookie_header(const std::vector<std::string>& set_cookies) {
  std::string header;
  std::size_t taken = 0;
  for (const auto& cookie : set_cookies) {
    const auto equals = cookie.find('=');
    const bool sound = fits_header(cookie) && cookie.find(';') == cookie.npos && equals != cookie.npos && equals > 0;
    if (!sound || taken == kMaxCookies || header.size() + cookie.size() + 2 > kMaxCookieBytes) continue;
    if (!header.empty()) header += "; ";
    header += cookie;
    ++taken;
  }
  return header;
}

// The form again instead of a session.
bool is_login_page(const HttpReply& reply) {
  std::string text = reply.body;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return is_html(reply) && text.find("<input") != text.npos && text.find("password") != text.npos;
}

PollOutcome told(PollOutcome outcome, const HttpReply& reply) {
  outcome.reading.response_time = reply.response_time;
  outcome.retry_after = reply.retry_after;
  outcome.raw = redact(reply.body, reply.content_type);
  return outcome;
}

bool asks_for_login(PollError error) {
  return error == PollError::auth || error == PollError::not_json || error == PollError::redirect;
}

}  // namespace

RouterSource::RouterSource(std::shared_ptr<const Household> household, SecretReader read_password)
    : household_(std::move(household)), read_password_(std::move(read_password)) {}

Step RouterSource::begin(Time now, bool may_log_in) {
  login_left_ = may_log_in;
  // A session that seems old because the clock jumped costs one login; one that seems young is judged by the router.
  const bool old = now - session_start_ >= kSessionLife;
  if (login_left_ && (cookies_.empty() || old)) return log_in(now);
  if (!cookies_.empty()) return read();
  waiting_ = Waiting::nothing;
  return failed(PollError::auth, "there is no session and a login is not due yet", now);
}

Step RouterSource::resume(const HttpResult& result, Time now) {
  const Waiting answered = std::exchange(waiting_, Waiting::nothing);
  if (const auto* failure = std::get_if<HttpFailure>(&result)) {
    PollOutcome outcome = failed(failure->kind, failure->what, now);
    outcome.reading.response_time = failure->response_time;
    return outcome;
  }
  const auto& reply = std::get<HttpReply>(result);
  switch (answered) {
    case Waiting::login:
      return after_login(reply, now);
    case Waiting::read:
      return after_read(reply, now);
    case Waiting::nothing:
      break;
  }
  return failed(PollError::internal, "an answer came that nobody waits for", now);
}

Step RouterSource::log_in(Time now) {
  login_left_ = false;
  cookies_ = Secret();
  const auto password = read_password_();
  if (!password) return failed(PollError::auth, "cannot log in: " + password.error().what, now);
  HttpRequest request;
  request.method = "POST";
  request.url = household_->url + "/login";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.is_login = true;
  // Reserved for the longest escapes, so that growing leaves no copy of the password behind.
  request.body.reserve(32 + 3 * (household_->account.username.size() + password->reveal().size()));
  request.body += "username=";
  append_percent_encoded(request.body, household_->account.username);
  request.body += "&password=";
  append_percent_encoded(request.body, password->reveal());
  waiting_ = Waiting::login;
  return request;
}

// GET /status would tell whether the session is valid, but /usage tells the same: one request less in every poll.
Step RouterSource::read() {
  HttpRequest request;
  request.url = household_->url + "/usage";
  request.headers = {{"Accept", "application/json"}, {"Cookie", std::string(cookies_.reveal())}};
  waiting_ = Waiting::read;
  return request;
}

Step RouterSource::after_login(const HttpReply& reply, Time now) {
  const auto end = [&](PollError error, const std::string& what) {
    PollOutcome outcome = failed(error, "log in: " + what, now);
    outcome.reading.response_time = reply.response_time;
    outcome.retry_after = reply.retry_after;
    return outcome;
  };
  if (reply.status < 500 && reply.status != 429 && says_locked(reply))
    return end(PollError::locked, "the router says that somebody is logged in already; it is tried again later");
  std::string cookies = cookie_header(reply.set_cookies);
  const bool accepted = reply.status >= 200 && reply.status < 300;
  const bool rejected = reply.status == 401 || reply.status == 403 || (accepted && is_login_page(reply));
  if (rejected || (accepted && cookies.empty())) {
    PollOutcome outcome = end(PollError::auth, rejected ? "the router rejected the credentials; check username and the "
                                                          "password file"
                                                        : "the router gave no session cookie; check username and the "
                                                          "password file");
    outcome.login_rejected = true;
    return outcome;
  }
  if (const auto refused = refusal(reply)) return end(refused->error, refused->what);
  cookies_ = Secret(std::move(cookies));
  session_start_ = now;
  return read();
}

Step RouterSource::after_read(const HttpReply& reply, Time now) {
  if (const auto refused = refusal(reply))
    return log_in_again_or(told(failed(refused->error, refused->what, now), reply), now);
  PollOutcome outcome =
      told(parse_usage(reply.body, household_->mapping, time_of(reply, now), household_->zone), reply);
  if (outcome.reading.usable()) return outcome;
  if (outcome.reading.error == PollError::not_json)
    outcome.detail += " (" + describe_body(reply.content_type, reply.body) + ")";
  return log_in_again_or(std::move(outcome), now);
}

// A login page, a redirect to one and a 401 all mean that the session has ended: one login, one more read.
Step RouterSource::log_in_again_or(PollOutcome outcome, Time now) {
  const PollError error = *outcome.reading.error;
  if (login_left_ && asks_for_login(error)) return log_in(now);
  if (error == PollError::auth) cookies_ = Secret();
  return outcome;
}

// The router has no request for it; its sessions end by themselves.
std::optional<HttpRequest> RouterSource::log_out() {
  waiting_ = Waiting::nothing;
  cookies_ = Secret();
  return std::nullopt;
}

}  // namespace taara
