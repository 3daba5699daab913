// SPDX-License-Identifier: Apache-2.0
// `credentials`: puts secrets into a sealed file, changes its master secret, and says whether it opens.
#pragma once

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {

[[nodiscard]] ExitCode credentials_command(const Arguments& arguments);

}  // namespace taara
