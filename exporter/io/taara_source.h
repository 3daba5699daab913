// SPDX-License-Identifier: Apache-2.0
// What Taara's cloud API wants to hear and answers: log in with phone and passcode, read the bundle with the token, log
// out. Whether a token is still good only the line's 401 decides, never a clock.
#pragma once

#include <memory>
#include <optional>

#include "io/login_conversation.h"

namespace taara {

class TaaraSource final : public LoginConversation {
 public:
  // `household` is of source taara.
  TaaraSource(std::shared_ptr<const Household> household, SecretReader read_passcode);

 private:
  [[nodiscard]] HttpRequest login_request(const Secret& passcode) const override;
  [[nodiscard]] HttpRequest read_request(const Secret& token) const override;
  [[nodiscard]] std::optional<HttpRequest> logout_request(const Secret& token) const override;
  [[nodiscard]] Login judge_login(const HttpReply& reply, Time now) const override;
  [[nodiscard]] PollOutcome parse(const HttpReply& reply, Time now) const override;
  [[nodiscard]] bool may_end_session(PollError error) const override;
};

}  // namespace taara
