// SPDX-License-Identifier: Apache-2.0
// Every input that a fuzzer once failed on, and the seeds that they begin with, through the same checks.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "fuzz/checks.h"

namespace taara::fuzz {
namespace {

std::filesystem::path folder() { return TAARA_SOURCE_DIR "/tests/fixtures/fuzz"; }

class FuzzCases : public testing::TestWithParam<Check> {};

TEST_P(FuzzCases, HoldWhatIsPromised) {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder() / GetParam().name)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    SCOPED_TRACE(entry.path().string());
    EXPECT_NO_THROW(GetParam().run({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
    ++cases;
  }
  EXPECT_GT(cases, 0);
}

INSTANTIATE_TEST_SUITE_P(Each, FuzzCases, testing::ValuesIn(kChecks),
                         [](const auto& check) { return std::string(check.param.name); });

TEST(FuzzCases, NoFolderIsForgotten) {
  std::set<std::string> folders, checks;
  for (const auto& entry : std::filesystem::directory_iterator(folder()))
    if (entry.is_directory()) folders.insert(entry.path().filename());
  for (const Check& check : kChecks) checks.insert(std::string(check.name));
  for (const std::string& name : folders) EXPECT_EQ(checks.count(name), 1U) << name;
}

}  // namespace
}  // namespace taara::fuzz
