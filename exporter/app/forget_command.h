// SPDX-License-Identifier: Apache-2.0
// `taara_exporter forget --household NAME`: erases everything stored about a household.
#pragma once

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {

// 0 only when it is erased.
[[nodiscard]] ExitCode forget_command(const Arguments& arguments);

}  // namespace taara
