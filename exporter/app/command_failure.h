// SPDX-License-Identifier: Apache-2.0
// How commands that end say what went wrong: on stderr, with the program's name before it.
#pragma once

#include <string_view>

#include "app/exit_code.h"
#include "core/config.h"

namespace taara {

// Gives the code back, to be returned.
[[nodiscard]] ExitCode failed(std::string_view what, ExitCode code);
// Of a command that needs the store for itself. `deed` is what it does, as in "Stop the exporter, import, and …".
[[nodiscard]] ExitCode store_failed(const Error& error, std::string_view deed);
// A StoreNotice: what happened to the file, where it matters.
void tell_notice(LogLevel level, std::string_view message, std::string_view detail);

}  // namespace taara
