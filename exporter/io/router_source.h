// SPDX-License-Identifier: Apache-2.0
// What the router's page on the LAN wants to hear and answers: log in by form, keep the session's cookies for an hour,
// read /usage.
#pragma once

#include <memory>
#include <optional>

#include "io/login_conversation.h"

namespace taara {

class RouterSource final : public LoginConversation {
 public:
  // `household` is of source router.
  RouterSource(std::shared_ptr<const Household> household, SecretReader read_password);

 private:
  [[nodiscard]] HttpRequest login_request(const Secret& password) const override;
  [[nodiscard]] HttpRequest read_request(const Secret& cookies) const override;
  [[nodiscard]] std::optional<HttpRequest> logout_request(const Secret& cookies) const override;
  [[nodiscard]] Login judge_login(const HttpReply& reply, Time now) const override;
  [[nodiscard]] PollOutcome parse(const HttpReply& reply, Time now) const override;
  [[nodiscard]] bool may_end_session(PollError error) const override;
};

}  // namespace taara
