// SPDX-License-Identifier: Apache-2.0
// What Taara's cloud API answers, turned into values. Knows no socket and no session.
#pragma once

#include <date/tz.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/line_source.h"
#include "io/strict_json.h"

namespace taara {

// The access token of a login's answer: opaque, but fit to stand in a header.
[[nodiscard]] std::variant<std::string, JsonFault> parse_login(std::string_view body);

// The subscriber id that a token names if it happens to be a JWT; only where it is safe as a step of a path.
[[nodiscard]] std::optional<std::string> subscriber_of(std::string_view token);

// The answer about the bundle: reading, violations and, when it failed, why. `time`: when the line knew this.
// `zone`: of times that name none; null is UTC.
[[nodiscard]] PollOutcome parse_bundle(std::string_view body, Time time, const date::time_zone* zone);

// Where in the answer of GetHotspotConfig the partner id stands, if it does.
[[nodiscard]] std::optional<std::string> partner_pointer(std::string_view body);
// The id itself, as the line wrote it.
[[nodiscard]] std::optional<std::string> partner_id_in(std::string_view body);

}  // namespace taara
