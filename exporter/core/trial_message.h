// SPDX-License-Identifier: Apache-2.0
// The one message that setup sends, in the form of each channel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace taara {

// Head and body for SMTP.
[[nodiscard]] std::string trial_mail(std::string_view from, const std::vector<std::string>& to,
                                     std::string_view household, Time now);
// The line of text itself, for ntfy.
[[nodiscard]] std::string trial_text(std::string_view household);
// {"text": …}, as Discord's Slack-compatible address takes it.
[[nodiscard]] std::string trial_chat_json(std::string_view household);
// What Alertmanager posts to a webhook (its version 4), with one alert.
[[nodiscard]] std::string trial_webhook_json(std::string_view household, Time now);

}  // namespace taara
