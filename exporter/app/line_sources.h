// SPDX-License-Identifier: Apache-2.0
// The conversation that fits a household.
#pragma once

#include <memory>

#include "core/config.h"
#include "core/line_source.h"
#include "io/secret_file.h"

namespace taara {

[[nodiscard]] std::unique_ptr<LineSource> make_line_source(std::shared_ptr<const Household> household,
                                                           SecretReader read_secret);

}  // namespace taara
