// SPDX-License-Identifier: Apache-2.0
// What a router's /usage page answers, read through the mapping of the configuration. Knows no socket and no session.
#pragma once

#include <date/tz.h>

#include <string_view>

#include "core/config.h"
#include "core/line_source.h"

namespace taara {

// Reading, violations and, when it failed, why. `time`: when the line knew this. `zone`: of times that name none; null
// is UTC.
[[nodiscard]] PollOutcome parse_usage(std::string_view body, const Mapping& mapping, Time time,
                                      const date::time_zone* zone);

}  // namespace taara
