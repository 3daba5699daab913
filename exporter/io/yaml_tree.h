// SPDX-License-Identifier: Apache-2.0
// yaml-cpp behind a small face: the text of one YAML document becomes a plain tree with places. Stricter than YAML:
// UTF-8 only, no tabs, CRs or byte order mark, no anchors, aliases, tags or second document, no key twice, bounded
// depth.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config_problem.h"
#include "core/config_tree.h"

namespace taara {

struct ParsedYaml {
  std::optional<ConfigNode> tree;       // absent where the text could not be read to its end
  std::vector<ConfigProblem> problems;  // of the text itself; with a tree these are keys that stand twice
};

[[nodiscard]] ParsedYaml parse_yaml(const std::string& text);

}  // namespace taara
