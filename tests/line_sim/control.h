// SPDX-License-Identifier: Apache-2.0
// The hand of the test: looks at households and moves them, under /control/ on the same port. Loopback only, like all
// of it.
#pragma once

#include "line_sim/line.h"

namespace taara::line_sim {

[[nodiscard]] Answer control(Line& line, const Request& request);
[[nodiscard]] std::string_view control_help();

}  // namespace taara::line_sim
