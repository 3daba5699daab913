// SPDX-License-Identifier: Apache-2.0
#include "io/router_source.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "io/line_reply.h"
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

}  // namespace

RouterSource::RouterSource(std::shared_ptr<const Household> household, SecretReader read_password)
    : LoginConversation(std::move(household), std::move(read_password), kSessionLife) {}

HttpRequest RouterSource::login_request(const Secret& password) const {
  const Account& account = household().account;
  HttpRequest request;
  request.method = "POST";
  request.url = household().url + "/login";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.is_login = true;
  // Reserved for the longest escapes, so that growing leaves no copy of the password behind.
  request.body.reserve(32 + 3 * (account.username.size() + password.reveal().size()));
  request.body += "username=";
  append_percent_encoded(request.body, account.username);
  request.body += "&password=";
  append_percent_encoded(request.body, password.reveal());
  return request;
}

// GET /status would tell whether the session is valid, but /usage tells the same: one request less in every poll.
HttpRequest RouterSource::read_request(const Secret& cookies) const {
  HttpRequest request;
  request.url = household().url + "/usage";
  request.headers = {{"Accept", "application/json"}, {"Cookie", std::string(cookies.reveal())}};
  return request;
}

// The router's sessions end by themselves.
std::optional<HttpRequest> RouterSource::logout_request(const Secret& /*cookies*/) const { return std::nullopt; }

LoginConversation::Login RouterSource::judge_login(const HttpReply& reply, Time now) const {
  if (reply.status < 500 && reply.status != 429 && says_locked(reply)) {
    return login_failed(reply, PollError::locked,
                        "the router says that somebody is logged in already; it is tried again later", now);
  }
  std::string cookies = cookie_header(reply.set_cookies);
  const bool accepted = reply.status >= 200 && reply.status < 300;
  const bool rejected = reply.status == 401 || reply.status == 403 || (accepted && is_login_page(reply));
  if (rejected || (accepted && cookies.empty())) {
    PollOutcome outcome = login_failed(
        reply, PollError::auth,
        std::string(rejected ? "the router rejected the credentials" : "the router gave no session cookie") +
            "; check username and the password file",
        now);
    outcome.login_rejected = true;
    return outcome;
  }
  if (const auto refused = refusal(reply)) return login_failed(reply, refused->error, refused->what, now);
  return Secret(std::move(cookies));
}

PollOutcome RouterSource::parse(const HttpReply& reply, Time now) const {
  return parse_usage(reply.body, household().mapping, time_of(reply, now), household().zone);
}

// A redirect leads to the login page.
bool RouterSource::may_end_session(PollError error) const {
  return error == PollError::auth || error == PollError::not_json || error == PollError::redirect;
}

}  // namespace taara
