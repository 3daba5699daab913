// SPDX-License-Identifier: Apache-2.0
// Whole outputs, kept in tests/golden.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace taara {

// TAARA_UPDATE_GOLDEN=1 writes the file anew; look at the difference before you commit it.
inline void expect_golden(const std::string& output, const std::string& name) {
  const std::string path = std::string(TAARA_SOURCE_DIR) + "/tests/golden/" + name;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here writes the environment
  if (std::getenv("TAARA_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << output;
  std::ifstream file(path);
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(output, golden.str()) << "differs from " << path;
}

}  // namespace taara
