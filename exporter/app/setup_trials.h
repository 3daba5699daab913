// SPDX-License-Identifier: Apache-2.0
// What setup tries for real before it writes anything: the line, and the way of the messages.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "app/probe.h"
#include "core/setup_answers.h"

namespace taara {

using SetupSecrets = std::map<std::string, Secret, std::less<>>;  // by question
using Stopped = std::function<bool()>;

// As `probe`. The error: the way to the line could not even be started.
[[nodiscard]] Result<Probed> try_line(const Household& household, const Secret& secret, const Clock& clock,
                                      const Stopped& stopped, std::ostream& out);

// The partner id of a line of the cloud, where the line tells it without a login. As the line wrote it: not checked.
[[nodiscard]] std::optional<std::string> ask_for_partner_id(const SetupAnswers& answers, Time now,
                                                            const Stopped& stopped);

// Sends the one test message. The error says what refused it; permission: the login.
[[nodiscard]] Result<void> try_message(const SetupAnswers& answers, const SetupSecrets& secrets, Time now,
                                       const Stopped& stopped);

}  // namespace taara
