// SPDX-License-Identifier: Apache-2.0
// Writes a tree as YAML that reads back as the same tree, whatever its texts hold.
#pragma once

#include <string>

#include "core/config_tree.h"

namespace taara {

// Block style, a line for each value. Texts must be UTF-8; those that are more than plain words stand in double quotes.
[[nodiscard]] std::string yaml_text(const ConfigNode& tree);

}  // namespace taara
