// SPDX-License-Identifier: Apache-2.0
// What load_config() says of every file in tests/fixtures/config, word by word; config_rows_*.h have the words. A file
// without a row, or a row without a file, fails the test. "@" stands for the folder; "permission" marks what has an
// exit code of its own.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "io/config_file.h"
#include "unit/io/config_rows_daemon.h"
#include "unit/io/config_rows_file.h"
#include "unit/io/config_rows_household.h"
#include "unit/io/config_rows_line.h"
#include "unit/io/temp_folder.h"

namespace taara {
namespace {

const std::vector<ConfigRow>& table() {
  static const std::vector<ConfigRow> rows = [] {
    std::vector<ConfigRow> all;
    for (const auto& part :
         {config_rows_of_file(), config_rows_of_line(), config_rows_of_household(), config_rows_of_daemon()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return rows;
}

std::string fixture(const std::string& name) { return TAARA_SOURCE_DIR "/tests/fixtures/config/" + name; }

// The fixtures name secrets beside themselves; modes and owners don't survive git, so each test makes its own.
void add_secrets(const TempFolder& folder) {
  folder.file("home.passcode", "1234\n");
  folder.file("cottage.password", "correct horse\n");
  folder.file("open.passcode", "1234\n", 0644);
  folder.file("empty.passcode", "");
  folder.file("everybodys.pem", "", 0666);
}

std::string without_folder(std::string text, const TempFolder& folder) {
  for (auto at = text.find(folder.path()); at != std::string::npos; at = text.find(folder.path()))
    text.replace(at, folder.path().size(), "@");
  return text;
}

std::vector<std::string> said_of(const std::string& name) {
  const TempFolder folder;
  add_secrets(folder);
  const std::string path = folder.path("c");
  std::filesystem::copy_file(fixture(name), path);
  const auto loaded = load_config(path);
  std::vector<std::string> said;
  if (const auto* problems = std::get_if<std::vector<ConfigProblem>>(&loaded)) {
    for (const auto& problem : *problems)
      said.push_back((problem.fault == ConfigFault::permission ? "permission " : "") +
                     without_folder(describe("c", problem), folder).replace(0, 2, ""));
  }
  return said;
}

class BadConfig : public testing::TestWithParam<ConfigRow> {};

TEST_P(BadConfig, F02_IsRefusedWithLineKeyAndReason) { EXPECT_EQ(said_of(GetParam().file), GetParam().problems); }

std::string name_of_row(const testing::TestParamInfo<ConfigRow>& info) {
  std::string name = std::filesystem::path(info.param.file).stem().string();
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Fixtures, BadConfig, testing::ValuesIn(table()), name_of_row);

TEST(ConfigFixtures, EveryBadFileIsInTheTableAndEveryGoodOneLoads) {
  std::set<std::string> in_table;
  for (const auto& row : table()) {
    EXPECT_FALSE(row.problems.empty()) << row.file;
    EXPECT_TRUE(in_table.insert(row.file).second) << row.file << " stands twice";
  }
  std::set<std::string> in_folder;
  for (const auto& entry : std::filesystem::directory_iterator(fixture(""))) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("bad-")) in_folder.insert(name);
    if (name.starts_with("good-")) {
      EXPECT_EQ(said_of(name), std::vector<std::string>{}) << name;
    }
  }
  EXPECT_EQ(in_folder, in_table);
  EXPECT_GE(in_folder.size(), 40U);
}

TEST(ConfigFixtures, F11_S06_NoMessageRepeatsASecretOrAPersonalValue) {
  for (const auto& row : table()) {
    for (const auto& said : said_of(row.file)) {
      for (const auto* canary : {"canary", "700000001", "700 000", "hunter"})
        EXPECT_EQ(said.find(canary), std::string::npos) << row.file << ": " << said;
    }
  }
}

}  // namespace
}  // namespace taara
