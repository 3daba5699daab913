// SPDX-License-Identifier: Apache-2.0
// A wrong configuration and all that must be said of it.
#pragma once

#include <string>
#include <vector>

namespace taara {

struct ConfigRow {
  std::string file;                   // in tests/fixtures/config
  std::vector<std::string> problems;  // line:column: key: what was found; what is allowed
};

}  // namespace taara
