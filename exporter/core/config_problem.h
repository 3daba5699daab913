// SPDX-License-Identifier: Apache-2.0
// What is wrong with a configuration, and where. All problems of a file are collected before anything is said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace taara {

// permission: the file or a secret that it names isn't there for us, or is there for others. It has its own exit code.
enum class ConfigFault { invalid, permission };

struct ConfigProblem {
  ConfigFault fault = ConfigFault::invalid;
  int line = 0;  // from 1; 0: the file as a whole
  int column = 0;
  std::string key;   // dotted, such as households[0].plan.cycle; may be empty
  std::string text;  // what was found and what is allowed; never a secret or personal value
};

// "taara.yml:7:12: households[0].plan.cycle: found …"
[[nodiscard]] std::string describe(std::string_view path, const ConfigProblem& problem);

}  // namespace taara
