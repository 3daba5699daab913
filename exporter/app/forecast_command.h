// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {

// What the cycle will end at, from a history alone, on stdout.
[[nodiscard]] ExitCode forecast_command(const Arguments& arguments);

}  // namespace taara
