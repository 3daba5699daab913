// SPDX-License-Identifier: Apache-2.0
// The cloud's side of the line: tokens, bundle, logout.
#include <boost/json.hpp>
#include <charconv>

#include "line_sim/json_text.h"
#include "line_sim/line.h"
#include "line_sim/taara_answers.h"
#include "line_sim/token.h"

namespace taara::line_sim {
namespace {

std::string text_at(const boost::json::value& document, std::string_view pointer) {
  boost::system::error_code error;
  const boost::json::value* const found = document.find_pointer({pointer.data(), pointer.size()}, error);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

// "sub-12" and the like; 0 when it is none.
std::uint64_t number_after(std::string_view prefix, std::string_view text) {
  return text.starts_with(prefix) ? number_in(text.substr(prefix.size())) : 0;
}

std::string_view bearer(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view header = request.header("authorization");
  return header.starts_with(kBearer) ? header.substr(kBearer.size()) : std::string_view();
}

}  // namespace

Wire Line::taara_login(const Request& request) {
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(request.body, error);
  if (error) return plain(request, message(400, "Unexpected token in JSON"));
  const std::uint64_t phone = number_in(text_at(document, "/phoneNumber/nationalNumber"));
  Household* const who = phone >= settings_.phone_base ? household(phone - settings_.phone_base + 1) : nullptr;
  const Visit here = visit(who, Exchange::login, request);
  const bool accepted = who != nullptr && text_at(document, "/phoneNumber/countryCode") == settings_.country_code &&
                        text_at(document, "/passcode") == settings_.passcode &&
                        text_at(document, "/partnerId") == settings_.partner_id;
  Answer good;
  if (accepted) {
    const Time now = clock_.now();
    const TokenClaims claims{"sub-" + std::to_string(who->number()), now, now + settings_.token_life, ++serial_};
    const ActiveFault* const bad_token = find_fault(here.faults, Fault::bad_token);
    const std::string token = bad_token != nullptr ? make_bad_token(claims, settings_.seed, bad_token->value)
                                                   : make_token(claims, settings_.seed);
    open_session(*who, token, settings_.token_life);
    good.status = who->number() % 2 == 0 ? 200 : 201;  // the line does both
    good.body = "{\"accessToken\":" + json_string(token) + "}";
  }
  return finish_login(request, here, accepted, std::move(good), message(401, "Incorrect username or password"));
}

Wire Line::taara_bundle(const Request& request) {
  const std::string_view token = bearer(request);
  const std::string* const hotspot = request.param("hotspotId");
  Session* const valid = session(token);
  // An expired token still tells whose request this is, by the hotspot.
  const std::uint64_t number =
      valid != nullptr ? valid->household : number_after("hotspot-", hotspot == nullptr ? "" : *hotspot);
  Household* const who = household(number);
  const Visit here = visit(who, Exchange::read, request);
  if (who == nullptr || valid == nullptr) return finish(request, here, message(401, "Unauthorized"));
  if (here.has(Fault::other_session) && valid->reads > 0) {
    end_session(token);
    return finish(request, here, message(401, "Unauthorized"));
  }
  if (hotspot == nullptr || *hotspot != "hotspot-" + std::to_string(who->number())) {
    return finish(request, here, message(404, "Hotspot not found"));
  }
  ++valid->reads;
  ++who->tally.reads;
  const Plan& meter = plan(*who);
  Answer answer;
  answer.body = bundle_body({who->number(), clock_.now(), meter.meter(), meter.past()}, here.faults);
  return finish(request, here, std::move(answer));
}

Wire Line::taara_logout(const Request& request, std::string_view subscriber) {
  Household* const who = household(number_after("sub-", subscriber));
  const Visit here = visit(who, Exchange::logout, request);
  const Session* const valid = session(bearer(request));
  if (who == nullptr || valid == nullptr || valid->household != who->number())
    return finish(request, here, message(401, "Unauthorized"));
  end_session(bearer(request));
  ++who->tally.logouts;
  return finish(request, here, message(200, "Logged out"));
}

Wire Line::taara_hotspot(const Request& request) {
  const std::string* const hotspot = request.param("hotspotId");
  Household* const who = household(number_after("hotspot-", hotspot == nullptr ? "" : *hotspot));
  const Visit here = visit(who, Exchange::config, request);
  if (who == nullptr || hotspot == nullptr) return finish(request, here, message(404, "Hotspot not found"));
  Answer answer;
  answer.body = R"({"data":{"hotspotId":)" + json_string(*hotspot) + R"(,"partnerId":)" +
                json_string(settings_.partner_id) + R"(},"message":"Hotspot Config"})";
  return finish(request, here, std::move(answer));
}

}  // namespace taara::line_sim
