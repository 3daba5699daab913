// SPDX-License-Identifier: Apache-2.0
// What the fixtures bad-peers*.yml don't say: which labels a target may not bring.
#include "core/config_peers.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <string>

namespace taara {
namespace {

TEST(ConfigPeers, NoLabelOfOurOwnSeriesIsFree) {
  const std::regex row(R"(^\| `\w+` \| \w+ \| ([^|]*) \|.*)");
  const std::regex name("`([^`]+)`");
  std::ifstream document(TAARA_SOURCE_DIR "/docs/metrics.md");
  int labels = 0;
  for (std::string line; std::getline(document, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    const std::string listed = match[1];
    for (std::sregex_iterator i(listed.begin(), listed.end(), name), end; i != end; ++i, ++labels)
      EXPECT_FALSE(is_free_label((*i)[1].str())) << (*i)[1];
  }
  EXPECT_GT(labels, 20);
  for (const char* const other : {"household", "le", "job", "severity"}) EXPECT_FALSE(is_free_label(other)) << other;
  for (const char* const other : {"region", "instance", "site"}) EXPECT_TRUE(is_free_label(other)) << other;
}

}  // namespace
}  // namespace taara
