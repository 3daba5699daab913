// SPDX-License-Identifier: Apache-2.0
// `taara_exporter export`: everything stored about a household, as a file. Works beside a running exporter.
#pragma once

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {

[[nodiscard]] ExitCode export_command(const Arguments& arguments);

}  // namespace taara
