// SPDX-License-Identifier: Apache-2.0
// The router's side of the line: a login form, a session cookie, two pages. Household N lives below /r/N.
#include <charconv>

#include "line_sim/http_request.h"
#include "line_sim/line.h"
#include "line_sim/router_answers.h"
#include "line_sim/token.h"

namespace taara::line_sim {
namespace {

std::string_view session_cookie(const Request& request) {
  constexpr std::string_view kName = "session=";
  const std::string_view cookies = request.header("cookie");
  std::size_t at = 0;
  while (at < cookies.size()) {
    const std::size_t end = std::min(cookies.find(';', at), cookies.size());
    std::string_view one = cookies.substr(at, end - at);
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(kName)) return one.substr(kName.size());
    at = end + 1;
  }
  return {};
}

}  // namespace

Wire Line::router(const Request& request) {
  const std::string_view rest = std::string_view(request.path).substr(3);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  Household* const who = error == std::errc{} ? household(number) : nullptr;
  const std::string_view page(end, static_cast<std::size_t>(rest.data() + rest.size() - end));
  if (who == nullptr) return plain(request, {404, "text/html", "<html><body>Not found</body></html>", {}});
  if (page == "/login" && request.method == "POST") return router_login(request, *who);
  if (page == "/status" && request.method == "GET") return router_page(request, *who, Exchange::status);
  if (page == "/usage" && request.method == "GET") return router_page(request, *who, Exchange::read);
  if ((page.empty() || page == "/" || page == "/login") && request.method == "GET")
    return plain(request, html_login_page());
  return plain(request, {404, "text/html", "<html><body>Not found</body></html>", {}});
}

Wire Line::router_login(const Request& request, Household& household) {
  const Visit here = visit(&household, Exchange::login, request);
  std::string username;
  std::string password;
  for (const auto& [name, value] : parse_query(request.body)) {
    if (name == "username") username = value;
    if (name == "password") password = value;
  }
  const bool accepted = username == settings_.username && password == settings_.password;
  Answer good;
  if (accepted) {
    const std::string cookie = make_cookie(settings_.seed, household.number(), ++serial_);
    open_session(household, cookie, settings_.session_life);
    good = {200,
            "text/html; charset=utf-8",
            "<!DOCTYPE html>\n<html><body>Welcome</body></html>\n",
            {{"Set-Cookie", "session=" + cookie + "; Path=/; HttpOnly"}}};
  }
  Answer bad = html_login_page();
  if (settings_.wrong_login == WrongLogin::status_401) bad.status = 401;
  if (settings_.wrong_login == WrongLogin::status_403) bad.status = 403;
  return finish_login(request, here, accepted, std::move(good), std::move(bad));
}

Answer Line::router_refusal(unsigned household) const {
  Answer refusal = html_login_page();
  if (settings_.expired_session == ExpiredSession::status_401) refusal.status = 401;
  if (settings_.expired_session == ExpiredSession::redirect) {
    refusal.status = 302;
    refusal.headers.emplace_back("Location", "/r/" + std::to_string(household) + "/login");
  }
  return refusal;
}

Wire Line::router_page(const Request& request, Household& household, Exchange exchange) {
  const Visit here = visit(&household, exchange, request);
  const std::string_view cookie = session_cookie(request);
  Session* const valid = session(cookie);
  if (valid == nullptr || valid->household != household.number())
    return finish(request, here, router_refusal(household.number()));
  if (here.has(Fault::other_session) && valid->reads > 0) {
    end_session(cookie);
    return finish(request, here, router_refusal(household.number()));
  }
  Answer answer;
  const Time now = clock_.now();
  if (exchange == Exchange::status) {
    answer.body = status_body(valid->expires - now, now);
    return finish(request, here, std::move(answer));
  }
  ++valid->reads;
  ++household.tally.reads;
  const auto clients = static_cast<unsigned>(
      5 + chance(settings_.seed, household.number(), 301, now.time_since_epoch().count() / 600) % 20);
  answer.body =
      usage_body({household.number(), now, month(household).meter(), settings_.cycle_day, clients}, here.faults);
  return finish(request, here, std::move(answer));
}

}  // namespace taara::line_sim
