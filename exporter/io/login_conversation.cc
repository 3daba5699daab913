// SPDX-License-Identifier: Apache-2.0
#include "io/login_conversation.h"

#include <utility>

#include "io/line_reply.h"
#include "io/redact.h"

namespace taara {

LoginConversation::LoginConversation(std::shared_ptr<const Household> household, SecretReader read_secret,
                                     std::optional<seconds> session_life)
    : household_(std::move(household)), read_secret_(std::move(read_secret)), session_life_(session_life) {}

Step LoginConversation::begin(Time now, bool may_log_in) {
  login_left_ = may_log_in;
  // A session that seems old because the clock jumped costs one login; one that seems young is judged by the line.
  const bool old = session_life_ && now - session_start_ >= *session_life_;
  if (login_left_ && (session_.empty() || old)) return log_in(now);
  if (!session_.empty()) return read();
  waiting_ = Waiting::nothing;
  return failed(PollError::auth, "there is no session and a login is not due yet", now);
}

Step LoginConversation::resume(const HttpResult& result, Time now) {
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

std::optional<HttpRequest> LoginConversation::log_out() {
  waiting_ = Waiting::nothing;
  return logout_request(std::exchange(session_, Secret()));
}

PollOutcome LoginConversation::login_failed(const HttpReply& reply, PollError error, const std::string& what,
                                            Time now) {
  PollOutcome outcome = failed(error, "log in: " + what, now);
  outcome.reading.response_time = reply.response_time;
  outcome.retry_after = reply.retry_after;
  return outcome;
}

Step LoginConversation::log_in(Time now) {
  login_left_ = false;
  session_ = Secret();
  const auto secret = read_secret_();
  if (!secret) return failed(PollError::auth, "cannot log in: " + secret.error().what, now);
  waiting_ = Waiting::login;
  return login_request(*secret);
}

Step LoginConversation::read() {
  waiting_ = Waiting::read;
  return read_request(session_);
}

Step LoginConversation::after_login(const HttpReply& reply, Time now) {
  Login login = judge_login(reply, now);
  if (auto* outcome = std::get_if<PollOutcome>(&login)) return std::move(*outcome);
  session_ = std::get<Secret>(std::move(login));
  session_start_ = now;
  return read();
}

// A refused session and a page instead of data may both mean that the session has ended: one login, one more read.
Step LoginConversation::after_read(const HttpReply& reply, Time now) {
  PollOutcome outcome = judge_read(reply, now);
  if (outcome.reading.usable()) return outcome;
  const PollError error = *outcome.reading.error;
  if (login_left_ && may_end_session(error)) return log_in(now);
  if (error == PollError::auth) session_ = Secret();
  return outcome;
}

PollOutcome LoginConversation::judge_read(const HttpReply& reply, Time now) const {
  const auto refused = refusal(reply);
  PollOutcome outcome = refused ? failed(refused->error, refused->what, now) : parse(reply, now);
  if (!refused && outcome.reading.error == PollError::not_json)
    outcome.detail += " (" + describe_body(reply.content_type, reply.body) + ")";
  outcome.reading.response_time = reply.response_time;
  outcome.retry_after = reply.retry_after;
  outcome.raw = redact(reply.body, reply.content_type);
  return outcome;
}

PollOutcome LoginConversation::read_again(const std::string& kept, Time answered) const {
  HttpReply reply;
  reply.status = 200;
  reply.content_type = "application/json";
  reply.body = kept;
  return parse(reply, answered);
}

}  // namespace taara
