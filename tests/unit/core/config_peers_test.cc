// SPDX-License-Identifier: Apache-2.0
// What the fixtures bad-peers*.yml don't say: which labels a target may not bring, and how many there may be.
#include "core/config_peers.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <string>
#include <vector>

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

TEST(ConfigPeers, TenThousandAreTakenAndNoMore) {
  std::vector<std::string> addresses;
  for (int port = 1; port <= 10'000; ++port) addresses.push_back("10.0.0.7:" + std::to_string(port));
  ConfigProblems none;
  const ConfigNode most = list_of(addresses);
  EXPECT_EQ(read_peers({&most, "web.peers"}, none).size(), 10'000U);
  EXPECT_EQ(none.count(), 0U);
  addresses.push_back("10.0.0.8:1");
  ConfigProblems problems;
  const ConfigNode too_many = list_of(addresses);
  EXPECT_TRUE(read_peers({&too_many, "web.peers"}, problems).empty());
  EXPECT_EQ(problems.count(), 1U);
}

}  // namespace
}  // namespace taara
