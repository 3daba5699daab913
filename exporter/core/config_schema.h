// SPDX-License-Identifier: Apache-2.0
// What a configuration may say: turns the tree of a file into Config, or into everything that is wrong with it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/config.h"
#include "core/config_problem.h"
#include "core/config_tree.h"
#include "core/result.h"

namespace taara {

// What the schema asks of the world.
struct ConfigSurroundings {
  std::string folder;                                                   // of the file: relative paths in it start there
  std::function<const date::time_zone*(const std::string& name)> zone;  // null: there is none of that name
  std::function<std::vector<std::string_view>()> zone_names;
  // Where one of these is empty, what it would look into is not looked into.
  std::function<Result<void>(const std::string& path)> check_secret = {};
  std::function<Result<void>(const std::string& path)> check_authorities = {};  // certificates that a ca_file holds
  std::function<Result<std::string>(const std::string& name)> credential_path = {};
  std::function<Result<std::vector<std::string>>(const Sealed& sealed)> sealed_names = {};  // opens it
};

// `known`: problems that were found before; they are among the result.
[[nodiscard]] std::variant<Config, std::vector<ConfigProblem>> read_config(const ConfigNode& tree,
                                                                           const ConfigSurroundings& surroundings,
                                                                           std::vector<ConfigProblem> known);

}  // namespace taara
