// SPDX-License-Identifier: Apache-2.0
// `taara_exporter probe` from the command line: finds the household in the configuration and carries its requests.
#pragma once

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {

[[nodiscard]] int probe_command(const Arguments& arguments);

}  // namespace taara
