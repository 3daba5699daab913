// SPDX-License-Identifier: Apache-2.0
// The conversation with the router's page on the LAN: log in by form, keep the session's cookies for an hour, read
// /usage. At most one login and two reads per poll.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/config.h"
#include "core/line_source.h"
#include "io/secret_file.h"

namespace taara {

class RouterSource final : public LineSource {
 public:
  // `household` is of source router. `read_password` is asked at every login and only then.
  RouterSource(std::shared_ptr<const Household> household, SecretReader read_password);

  [[nodiscard]] Step begin(Time now, bool may_log_in) override;
  [[nodiscard]] Step resume(const HttpResult& result, Time now) override;
  [[nodiscard]] std::optional<HttpRequest> log_out() override;

 private:
  enum class Waiting { nothing, login, read };

  [[nodiscard]] Step log_in(Time now);
  [[nodiscard]] Step read();
  [[nodiscard]] Step after_login(const HttpReply& reply, Time now);
  [[nodiscard]] Step after_read(const HttpReply& reply, Time now);
  [[nodiscard]] Step log_in_again_or(PollOutcome outcome, Time now);

  std::shared_ptr<const Household> household_;
  SecretReader read_password_;
  Secret cookies_;  // as they go into the Cookie header; empty: no session
  Time session_start_;
  Waiting waiting_ = Waiting::nothing;
  bool login_left_ = false;  // a login is still allowed in this poll
};

}  // namespace taara
