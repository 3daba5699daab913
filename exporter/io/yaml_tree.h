// SPDX-License-Identifier: Apache-2.0
// yaml-cpp behind a small face: the text of one YAML document becomes a plain tree with places. Stricter than YAML:
// UTF-8 only, no tabs, CRs or byte order mark, no anchors, aliases, tags or second document, no key twice, bounded
// depth.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/config_problem.h"
#include "core/config_tree.h"

namespace taara {

[[nodiscard]] std::variant<ConfigNode, std::vector<ConfigProblem>> parse_yaml(const std::string& text);

}  // namespace taara
