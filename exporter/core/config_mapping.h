// SPDX-License-Identifier: Apache-2.0
// The part of the schema that says which fields of a router's answer mean what.
#pragma once

#include "core/config.h"
#include "core/config_reader.h"

namespace taara {

// What is given replaces the default field by field; a field given as ~ is not read at all.
void read_mapping(const ConfigValue& value, Mapping& target, ConfigProblems& problems);

}  // namespace taara
