// SPDX-License-Identifier: Apache-2.0
// Whether an answer of the guided first configuration fits that the configuration's own reader doesn't judge: the
// answer as it is kept, or what was found and what is allowed.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace taara {

[[nodiscard]] Result<std::string> check_yes_no(std::string_view answer);
[[nodiscard]] Result<std::string> check_zone(std::string_view answer);
[[nodiscard]] Result<std::string> check_channel(std::string_view answer);
[[nodiscard]] Result<std::string> check_mail_to(std::string_view answer);
[[nodiscard]] Result<std::string> check_mail_from(std::string_view answer);
[[nodiscard]] Result<std::string> check_mail_server(std::string_view answer);
[[nodiscard]] Result<std::string> check_mail_user(std::string_view answer);
[[nodiscard]] Result<std::string> check_quiet(std::string_view answer);
[[nodiscard]] Result<std::string> check_link(std::string_view answer);

// Of secrets, whose errors repeat nothing of them.
[[nodiscard]] Result<std::string> check_mail_password(std::string_view answer);
[[nodiscard]] Result<std::string> check_ntfy(std::string_view answer);
[[nodiscard]] Result<std::string> check_token(std::string_view answer);
[[nodiscard]] Result<std::string> check_discord(std::string_view answer);
[[nodiscard]] Result<std::string> check_webhook(std::string_view answer);

}  // namespace taara
