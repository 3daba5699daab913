// SPDX-License-Identifier: Apache-2.0
// What the exporter-toolkit's web configuration may say: turns the tree of a file into WebConfig, or into everything
// that is wrong with it. What can't be done here is refused with words, never ignored.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/config_problem.h"
#include "core/config_tree.h"
#include "core/web_config.h"

namespace taara {

class ConfigProblems;
struct ConfigValue;

// `folder` is the file's: relative paths in it start there. `known`: problems that were found before.
[[nodiscard]] std::variant<WebConfig, std::vector<ConfigProblem>> read_web_config(const ConfigNode& tree,
                                                                                  const std::string& folder,
                                                                                  std::vector<ConfigProblem> known);

// The part tls_server_config.
void read_tls_server(const ConfigValue& value, const std::string& folder, TlsServer& target, ConfigProblems& problems);

}  // namespace taara
