// SPDX-License-Identifier: Apache-2.0
#include "core/config_problem.h"

namespace taara {

std::string describe(std::string_view path, const ConfigProblem& problem) {
  std::string text(path);
  if (problem.line > 0) text += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
  if (!problem.key.empty()) text += ": " + problem.key;
  return text + ": " + problem.text;
}

}  // namespace taara
