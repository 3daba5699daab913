// SPDX-License-Identifier: Apache-2.0
#include "app/exit_code.h"

#include <gtest/gtest.h>

#include <set>

namespace taara {
namespace {

TEST(ExitCode, EveryErrorHasOne) {
  EXPECT_EQ(exit_code_for(Errc::invalid), ExitCode::config);
  EXPECT_EQ(exit_code_for(Errc::not_found), ExitCode::config);
  EXPECT_EQ(exit_code_for(Errc::permission), ExitCode::permission);
  EXPECT_EQ(exit_code_for(Errc::io), ExitCode::disk);
  EXPECT_EQ(exit_code_for(Errc::corrupt), ExitCode::disk);
  EXPECT_EQ(exit_code_for(Errc::newer_schema), ExitCode::newer_data);
  EXPECT_EQ(exit_code_for(Errc::busy), ExitCode::second_instance);
}

TEST(ExitCode, F01_F02_F08_PermissionOnlyWhereNothingElseIsWrong) {
  const ConfigProblem permission{ConfigFault::permission, 0, 0, "", "belongs to another user"};
  const ConfigProblem invalid{ConfigFault::invalid, 1, 1, "x", "unknown key"};
  EXPECT_EQ(exit_code_for(std::vector<ConfigProblem>{}), ExitCode::ok);
  EXPECT_EQ(exit_code_for(std::vector{permission, permission}), ExitCode::permission);
  EXPECT_EQ(exit_code_for(std::vector{permission, invalid}), ExitCode::config);
  EXPECT_EQ(static_cast<int>(exit_code_for(std::vector{invalid})), 78);
  EXPECT_EQ(static_cast<int>(exit_code_for(std::vector{permission})), 77);
}

TEST(ExitCode, MeaningsAreThereOnceEachInOrder) {
  int last = -1;
  for (const auto& [code, meaning] : exit_meanings()) {
    EXPECT_GT(static_cast<int>(code), last);
    last = static_cast<int>(code);
    EXPECT_FALSE(meaning.empty());
  }
  EXPECT_EQ(exit_meanings().size(), 12U);
}

}  // namespace
}  // namespace taara
