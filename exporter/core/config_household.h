// SPDX-License-Identifier: Apache-2.0
// The part of the schema that describes one household.
#pragma once

#include "core/config_reader.h"
#include "core/config_schema.h"
#include "core/config_sealed.h"

namespace taara {

// What could be read; problems are added to `problems`. `sealed`: null where the file has no such section.
[[nodiscard]] Household read_household(const ConfigValue& value, const SealedSection* sealed,
                                       const ConfigSurroundings& surroundings, ConfigProblems& problems);

}  // namespace taara
