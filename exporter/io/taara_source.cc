// SPDX-License-Identifier: Apache-2.0
#include "io/taara_source.h"

#include <utility>

#include "io/line_reply.h"
#include "io/redact.h"
#include "io/request_text.h"
#include "io/taara_reply.h"

namespace taara {
namespace {

// A failure that came with an answer: when it came, how fast, and what of it may be kept.
PollOutcome told(PollOutcome outcome, const HttpReply& reply) {
  outcome.reading.response_time = reply.response_time;
  outcome.retry_after = reply.retry_after;
  outcome.raw = redact(reply.body, reply.content_type);
  return outcome;
}

bool asks_for_login(PollError error) { return error == PollError::auth || error == PollError::not_json; }

}  // namespace

TaaraSource::TaaraSource(std::shared_ptr<const Household> household, SecretReader read_passcode)
    : household_(std::move(household)), read_passcode_(std::move(read_passcode)) {}

Step TaaraSource::begin(Time now, bool may_log_in) {
  login_left_ = may_log_in;
  if (!token_.empty()) return read();
  if (login_left_) return log_in(now);
  waiting_ = Waiting::nothing;
  return failed(PollError::auth, "there is no session and a login is not due yet", now);
}

Step TaaraSource::resume(const HttpResult& result, Time now) {
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

Step TaaraSource::log_in(Time now) {
  login_left_ = false;
  token_ = Secret();
  const auto passcode = read_passcode_();
  if (!passcode) return failed(PollError::auth, "cannot log in: " + passcode.error().what, now);
  const Account& account = household_->account;
  HttpRequest request;
  request.method = "POST";
  request.url = household_->url + "/v1/users/subscriber/login";
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  request.is_login = true;
  // Reserved for the longest escapes, so that growing leaves no copy of the passcode behind.
  request.body.reserve(256 + 6 * (account.country_code.size() + account.phone.size() + account.partner_id.size() +
                                  passcode->reveal().size()));
  request.body += R"({"phoneNumber":{"countryCode":)";
  append_json_string(request.body, account.country_code);
  request.body += R"(,"nationalNumber":)";
  append_json_string(request.body, account.phone);
  request.body += R"(},"passcode":)";
  append_json_string(request.body, passcode->reveal());
  request.body += R"(,"partnerId":)";
  append_json_string(request.body, account.partner_id);
  request.body += '}';
  waiting_ = Waiting::login;
  return request;
}

Step TaaraSource::read() {
  HttpRequest request;
  request.url = household_->url + "/v1/customers/get-customer-bundle?hotspotId=";
  append_percent_encoded(request.url, household_->account.hotspot_id);
  request.headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + std::string(token_.reveal())}};
  waiting_ = Waiting::read;
  return request;
}

Step TaaraSource::after_login(const HttpReply& reply, Time now) {
  // None of a login's answer is kept: it may hold a token.
  const auto end = [&](PollError error, const std::string& what) {
    PollOutcome outcome = failed(error, "log in: " + what, now);
    outcome.reading.response_time = reply.response_time;
    outcome.retry_after = reply.retry_after;
    return outcome;
  };
  auto token = parse_login(reply.body);
  const bool accepted = reply.status >= 200 && reply.status < 300 && std::holds_alternative<std::string>(token);
  if (accepted) {
    token_ = Secret(std::move(std::get<std::string>(token)));
    return read();
  }
  if (reply.status < 500 && reply.status != 429 && says_locked(reply))
    return end(PollError::locked,
               "the line says that the account is in use elsewhere or locked; it is tried again later");
  if (reply.status == 401 || reply.status == 403) {
    PollOutcome outcome = end(PollError::auth, "the line rejected the credentials (" + std::to_string(reply.status) +
                                                   "); check phone, partner_id and the passcode file");
    outcome.login_rejected = true;
    return outcome;
  }
  if (const auto refused = refusal(reply)) return end(refused->error, refused->what);
  const auto& fault = std::get<JsonFault>(token);
  PollOutcome outcome = end(fault.kind, fault.what);
  note(outcome.violations, fault.kind == PollError::schema ? Field::token : Field::body, "log in: " + fault.what);
  return outcome;
}

Step TaaraSource::after_read(const HttpReply& reply, Time now) {
  if (const auto refused = refusal(reply))
    return log_in_again_or(told(failed(refused->error, refused->what, now), reply), now);
  PollOutcome outcome = told(parse_bundle(reply.body, time_of(reply, now), household_->zone), reply);
  if (outcome.reading.usable()) return outcome;
  if (outcome.reading.error == PollError::not_json)
    outcome.detail += " (" + describe_body(reply.content_type, reply.body) + ")";
  return log_in_again_or(std::move(outcome), now);
}

// A refused session and a page instead of data may both mean an expired token: one login, one more read.
Step TaaraSource::log_in_again_or(PollOutcome outcome, Time now) {
  const PollError error = *outcome.reading.error;
  if (login_left_ && asks_for_login(error)) return log_in(now);
  if (error == PollError::auth) token_ = Secret();
  return outcome;
}

std::optional<HttpRequest> TaaraSource::log_out() {
  waiting_ = Waiting::nothing;
  const Secret token = std::exchange(token_, Secret());
  const auto subscriber = subscriber_of(token.reveal());
  if (!subscriber) return std::nullopt;
  HttpRequest request;
  request.url = household_->url + "/v1/users/subscriber/logout/" + *subscriber;
  request.headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + std::string(token.reveal())}};
  return request;
}

}  // namespace taara
