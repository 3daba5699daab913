// SPDX-License-Identifier: Apache-2.0
// `taara_exporter setup`: the guided first configuration.
#pragma once

#include "app/arguments.h"

namespace taara {

// The exit code: 0 when the files are written, 1 when it was left before, 128 and the signal's number after a signal.
[[nodiscard]] int setup_command(const Arguments& arguments);

}  // namespace taara
