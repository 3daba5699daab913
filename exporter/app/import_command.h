// SPDX-License-Identifier: Apache-2.0
// `taara_exporter import FILE`: history from a file into the store, all of it or nothing.
#pragma once

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {

[[nodiscard]] ExitCode import_command(const Arguments& arguments);

}  // namespace taara
