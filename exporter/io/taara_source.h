// SPDX-License-Identifier: Apache-2.0
// The conversation with Taara's cloud API: log in when there is no token, read the bundle, keep the token.
// At most one login and two reads per poll. Whether a token is still good only the line's 401 decides, never a clock.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/config.h"
#include "core/line_source.h"
#include "io/secret_file.h"

namespace taara {

class TaaraSource final : public LineSource {
 public:
  // `household` is of source taara. `read_passcode` is asked at every login and only then.
  TaaraSource(std::shared_ptr<const Household> household, SecretReader read_passcode);

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
  SecretReader read_passcode_;
  Secret token_;  // empty: no session
  Waiting waiting_ = Waiting::nothing;
  bool login_left_ = false;  // a login is still allowed in this poll
};

}  // namespace taara
