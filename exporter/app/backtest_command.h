// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {

// How good forecasts of a history's cycles would have been, ours and the plain methods', on stdout.
[[nodiscard]] ExitCode backtest_command(const Arguments& arguments);

}  // namespace taara
