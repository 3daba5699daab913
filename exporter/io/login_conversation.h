// SPDX-License-Identifier: Apache-2.0
// The conversation with a line that wants a login: read as long as there is a session, log in when there is none or the
// line seems to have ended it. At most one login and two reads per poll. Each kind of line says what its requests and
// answers are.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/config.h"
#include "core/line_source.h"
#include "io/secret_file.h"

namespace taara {

class LoginConversation : public LineSource {
 public:
  [[nodiscard]] Step begin(Time now, bool may_log_in) final;
  [[nodiscard]] Step resume(const HttpResult& result, Time now) final;
  [[nodiscard]] PollOutcome read_again(const std::string& kept, Time answered) const final;
  [[nodiscard]] std::optional<HttpRequest> log_out() final;

 protected:
  // `read_secret` is asked at every login and only then. A session older than `session_life` is renewed where a login
  // is allowed; without one only the line decides whether a session is still good.
  LoginConversation(std::shared_ptr<const Household> household, SecretReader read_secret,
                    std::optional<seconds> session_life);

  [[nodiscard]] const Household& household() const { return *household_; }

  // The session as it goes into requests, or how the login failed.
  using Login = std::variant<Secret, PollOutcome>;
  // A login that failed. Nothing of the answer is kept: it may hold a token.
  [[nodiscard]] static PollOutcome login_failed(const HttpReply& reply, PollError error, const std::string& what,
                                                Time now);

 private:
  enum class Waiting { nothing, login, read };

  [[nodiscard]] virtual HttpRequest login_request(const Secret& secret) const = 0;
  [[nodiscard]] virtual HttpRequest read_request(const Secret& session) const = 0;
  // The request that ends the session, if the line has such a request.
  [[nodiscard]] virtual std::optional<HttpRequest> logout_request(const Secret& session) const = 0;
  [[nodiscard]] virtual Login judge_login(const HttpReply& reply, Time now) const = 0;
  // What a reply with a good status says.
  [[nodiscard]] virtual PollOutcome parse(const HttpReply& reply, Time now) const = 0;
  // A read that failed so may mean that the session has ended.
  [[nodiscard]] virtual bool may_end_session(PollError error) const = 0;

  [[nodiscard]] Step log_in(Time now);
  [[nodiscard]] Step read();
  [[nodiscard]] Step after_login(const HttpReply& reply, Time now);
  [[nodiscard]] Step after_read(const HttpReply& reply, Time now);
  [[nodiscard]] PollOutcome judge_read(const HttpReply& reply, Time now) const;

  std::shared_ptr<const Household> household_;
  SecretReader read_secret_;
  std::optional<seconds> session_life_;
  Secret session_;  // empty: none
  Time session_start_;
  Waiting waiting_ = Waiting::nothing;
  bool login_left_ = false;  // a login is still allowed in this poll
};

}  // namespace taara
