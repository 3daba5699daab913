// SPDX-License-Identifier: Apache-2.0
#include "io/taara_source.h"

#include <string>
#include <utility>

#include "io/line_reply.h"
#include "io/request_text.h"
#include "io/taara_reply.h"

namespace taara {

TaaraSource::TaaraSource(std::shared_ptr<const Household> household, SecretReader read_passcode)
    : LoginConversation(std::move(household), std::move(read_passcode), std::nullopt) {}

HttpRequest TaaraSource::login_request(const Secret& passcode) const {
  const Account& account = household().account;
  HttpRequest request;
  request.method = "POST";
  request.url = household().url + "/v1/users/subscriber/login";
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  request.is_login = true;
  // Reserved for the longest escapes, so that growing leaves no copy of the passcode behind.
  request.body.reserve(256 + 6 * (account.country_code.size() + account.phone.size() + account.partner_id.size() +
                                  passcode.reveal().size()));
  request.body += R"({"phoneNumber":{"countryCode":)";
  append_json_string(request.body, account.country_code);
  request.body += R"(,"nationalNumber":)";
  append_json_string(request.body, account.phone);
  request.body += R"(},"passcode":)";
  append_json_string(request.body, passcode.reveal());
  request.body += R"(,"partnerId":)";
  append_json_string(request.body, account.partner_id);
  request.body += '}';
  return request;
}

HttpRequest TaaraSource::read_request(const Secret& token) const {
  HttpRequest request;
  request.url = household().url + "/v1/customers/get-customer-bundle?hotspotId=";
  append_percent_encoded(request.url, household().account.hotspot_id);
  request.headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + std::string(token.reveal())}};
  return request;
}

std::optional<HttpRequest> TaaraSource::logout_request(const Secret& token) const {
  const auto subscriber = subscriber_of(token.reveal());
  if (!subscriber) return std::nullopt;
  HttpRequest request;
  request.url = household().url + "/v1/users/subscriber/logout/" + *subscriber;
  request.headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + std::string(token.reveal())}};
  return request;
}

LoginConversation::Login TaaraSource::judge_login(const HttpReply& reply, Time now) const {
  auto token = parse_login(reply.body);
  const bool accepted = reply.status >= 200 && reply.status < 300 && std::holds_alternative<std::string>(token);
  if (accepted) return Secret(std::move(std::get<std::string>(token)));
  if (reply.status < 500 && reply.status != 429 && says_locked(reply)) {
    return login_failed(reply, PollError::locked,
                        "the line says that the account is in use elsewhere or locked; it is tried again later", now);
  }
  if (reply.status == 401 || reply.status == 403) {
    PollOutcome outcome = login_failed(reply, PollError::auth,
                                       "the line rejected the credentials (" + std::to_string(reply.status) +
                                           "); check phone, partner_id and the passcode file",
                                       now);
    outcome.login_rejected = true;
    return outcome;
  }
  if (const auto refused = refusal(reply)) return login_failed(reply, refused->error, refused->what, now);
  const auto& fault = std::get<JsonFault>(token);
  PollOutcome outcome = login_failed(reply, fault.kind, fault.what, now);
  note(outcome.violations, fault.kind == PollError::schema ? Field::token : Field::body, "log in: " + fault.what);
  return outcome;
}

PollOutcome TaaraSource::parse(const HttpReply& reply, Time now) const {
  return parse_bundle(reply.body, time_of(reply, now), household().zone);
}

bool TaaraSource::may_end_session(PollError error) const {
  return error == PollError::auth || error == PollError::not_json;
}

}  // namespace taara
