// SPDX-License-Identifier: Apache-2.0
#include "line_sim/options.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>

namespace taara::line_sim {
namespace {

template <class... Args>
Result<Options> parsed(Args... args) {
  const std::array<const char*, sizeof...(args) + 1> argv{"taara_line_sim", args...};
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

TEST(SimOptions, DefaultsServeOneHouseholdInRealTime) {
  const auto options = parsed();
  ASSERT_TRUE(options);
  EXPECT_EQ(options.value().task, Options::Task::serve);
  EXPECT_EQ(options.value().line.households, 1U);
  EXPECT_FALSE(options.value().start);
  EXPECT_EQ(options.value().speed, 1);
}

TEST(SimOptions, WrongOnesAreErrorsThatSayWhat) {
  EXPECT_FALSE(parsed("--households", "0"));
  EXPECT_FALSE(parsed("--speed", "-1"));
  EXPECT_FALSE(parsed("--start", "soon"));
  EXPECT_FALSE(parsed("--nosuch"));
  EXPECT_FALSE(parsed("stray"));
  EXPECT_FALSE(parsed("--fault", "silent@2"));
  EXPECT_FALSE(parsed("--fault", "nosuch"));
  EXPECT_FALSE(parsed("--print-config"));
  EXPECT_FALSE(parsed("--print-history"));
  EXPECT_FALSE(parsed("--wrong-login", "maybe"));
  EXPECT_NE(parsed("--cycle-day", "32").error().what.find("--cycle-day"), std::string::npos);
}

TEST(SimOptions, HelpTeachesEveryOptionAndControl) {
  const std::string help = help_text();
  for (const char* const word :
       {"--households", "--fault", "--print-config", "/control/fault", "/control/clock", "/r/N"}) {
    EXPECT_NE(help.find(word), std::string::npos) << word;
  }
}

TEST(SimExporterConfig, WritesPrivateSecretsAndNamesThem) {
  const std::string directory = testing::TempDir() + "line_sim_secrets";
  const auto options =
      parsed("--print-config", "--port", "8077", "--households", "2", "--secrets-dir", directory.c_str());
  ASSERT_TRUE(options);
  const auto yaml = exporter_config(options.value().line, options.value().exporter);
  ASSERT_TRUE(yaml);
  EXPECT_NE(yaml.value().find("url: http://127.0.0.1:8077\n"), std::string::npos);
  EXPECT_NE(yaml.value().find("phone: \"700000002\""), std::string::npos);
  EXPECT_NE(yaml.value().find("home-2.passcode"), std::string::npos);
  struct stat info {};
  ASSERT_EQ(::stat((directory + "/home-2.passcode").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace taara::line_sim
