// SPDX-License-Identifier: Apache-2.0
// What the conversations with both kinds of line share: how a reply that isn't a reading is judged, and how a poll
// ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/line_source.h"

namespace taara {

// Adds a violation; one per field, a second one on the same field is joined to the first.
void note(std::vector<Violation>& violations, Field field, std::string detail);

// Turns the outcome into a failure. What was already read is dropped: a failed reading has no numbers.
void fail(PollOutcome& outcome, PollError error, std::string detail);

[[nodiscard]] PollOutcome failed(PollError error, std::string detail, Time now);

struct Refusal {
  PollError error;
  std::string what;
};

// Why a reply with this status holds no reading; nothing for a 2xx. `what` holds no text of the body.
[[nodiscard]] std::optional<Refusal> refusal(const HttpReply& reply);

// The line says that somebody is logged in already and lets nobody else in.
[[nodiscard]] bool says_locked(const HttpReply& reply);

// The reply is a page, perhaps one to log in, and no data.
[[nodiscard]] bool is_html(const HttpReply& reply);

// When the line knew what it answered: a cache's age counts, up to a day.
[[nodiscard]] Time time_of(const HttpReply& reply, Time now);

// "text/html, 5123 bytes, SHA-256 1a2b3c4d": enough to recognise a body again without telling anything of it.
[[nodiscard]] std::string describe_body(std::string_view content_type, std::string_view body);

}  // namespace taara
