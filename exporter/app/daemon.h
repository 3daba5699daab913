// SPDX-License-Identifier: Apache-2.0
// `taara_exporter serve`: wires the parts in start order, waits for signals, takes them down in reverse.
#pragma once

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {

// Call before any thread exists: signals that only the main thread waits for, and limits that are errors, not deaths.
void prepare_process();
// For commands that have nothing to clean up: those signals end them at once again.
void end_on_signals();

[[nodiscard]] ExitCode serve(const Arguments& arguments);

}  // namespace taara
