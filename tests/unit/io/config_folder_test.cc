// SPDX-License-Identifier: Apache-2.0
#include "io/config_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "unit/io/temp_folder.h"

namespace taara {
namespace {

constexpr FileRights kOurs{.mode = 0700, .owner = {}, .group = {}};
constexpr FileRights kOpen{.mode = 0640, .owner = {}, .group = {}};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(ConfigFolder, IsMadeWithItsParentsAndGoesAgainWhenNothingCameOfIt) {
  const TempFolder temp;
  {
    const auto folder = ConfigFolder::open(temp.path("a/b/taara"), kOurs);
    ASSERT_TRUE(folder.has_value()) << folder.error().what;
    EXPECT_EQ(mode(temp.path("a/b/taara")), 0700U);
  }
  EXPECT_FALSE(std::filesystem::exists(temp.path("a/b/taara")));
  {
    const auto folder = ConfigFolder::open(temp.path("a/b/taara"), kOurs);
    ASSERT_TRUE(folder.has_value());
    ASSERT_TRUE(folder->write("setup.draft", "x").has_value());
    EXPECT_EQ(mode(folder->path_of("setup.draft")), 0600U);
    EXPECT_EQ(*folder->read("setup.draft").value(), "x");
    EXPECT_FALSE(folder->read("other").value());
  }
  EXPECT_TRUE(std::filesystem::exists(temp.path("a/b/taara")));
}

TEST(ConfigFolder, OneAtATimeWorksInIt) {
  const TempFolder temp;
  const auto first = ConfigFolder::open(temp.path("taara"), kOurs);
  ASSERT_TRUE(first.has_value());
  const auto second = ConfigFolder::open(temp.path("taara"), kOurs);
  ASSERT_TRUE(second.has_error());
  EXPECT_EQ(second.error().code, Errc::busy);
}

TEST(ConfigFolder, WhatOthersCanWriteToOrNoFolderIsRefused) {
  const TempFolder temp;
  ASSERT_EQ(::mkdir(temp.path("open").c_str(), 0700), 0);
  ASSERT_EQ(::chmod(temp.path("open").c_str(), 0777), 0);
  const auto open = ConfigFolder::open(temp.path("open"), kOurs);
  ASSERT_TRUE(open.has_error());
  EXPECT_EQ(open.error().code, Errc::permission);
  (void)temp.file("file", "x");
  const auto file = ConfigFolder::open(temp.path("file"), kOurs);
  ASSERT_TRUE(file.has_error());
  EXPECT_EQ(file.error().code, Errc::invalid);
  EXPECT_TRUE(ConfigFolder::open(temp.path("file/below"), kOurs).has_error());
}

TEST(ConfigFolder, AnExistingFolderKeepsItsMode) {
  const TempFolder temp;
  ASSERT_EQ(::mkdir(temp.path("taara").c_str(), 0755), 0);
  ASSERT_EQ(::chmod(temp.path("taara").c_str(), 0755), 0);
  { ASSERT_TRUE(ConfigFolder::open(temp.path("taara"), kOurs).has_value()); }
  EXPECT_EQ(mode(temp.path("taara")), 0755U);
}

TEST(StagedFiles, NothingIsInPlaceBeforeAllIsAndNothingStaysBehind) {
  const TempFolder temp;
  const auto folder = ConfigFolder::open(temp.path("taara"), kOurs);
  ASSERT_TRUE(folder.has_value());
  {
    auto staged = StagedFiles::in(*folder);
    ASSERT_TRUE(staged.has_value());
    ASSERT_TRUE(staged->add("home.passcode", "1234", {}).has_value());
    EXPECT_EQ(content(staged->path_of("home.passcode")), "1234");
    EXPECT_FALSE(folder->has("home.passcode"));
  }
  EXPECT_TRUE(names_in(folder->path()).empty());
}

TEST(StagedFiles, TakeTheirPlacesWithTheirModesAndKeepTheOldOnesBeside) {
  const TempFolder temp;
  const auto folder = ConfigFolder::open(temp.path("taara"), kOurs);
  ASSERT_TRUE(folder.has_value());
  (void)temp.file("taara/home.passcode", "oldest", 0600);
  for (const std::string text : {"first", "second"}) {
    auto staged = StagedFiles::in(*folder);
    ASSERT_TRUE(staged.has_value());
    ASSERT_TRUE(staged->add("home.passcode", text, {}).has_value());
    ASSERT_TRUE(staged->add("taara.yml", text, kOpen).has_value());
    const auto kept = staged->put_in_place();
    ASSERT_TRUE(kept.has_value()) << kept.error().what;
    EXPECT_EQ(*kept, text == "first" ? std::vector<std::string>{"home.passcode.old-1"}
                                     : (std::vector<std::string>{"home.passcode.old-2", "taara.yml.old-1"}));
  }
  EXPECT_EQ(names_in(folder->path()),
            (std::vector<std::string>{"home.passcode", "home.passcode.old-1", "home.passcode.old-2", "taara.yml",
                                      "taara.yml.old-1"}));
  EXPECT_EQ(content(folder->path_of("home.passcode")), "second");
  EXPECT_EQ(content(folder->path_of("home.passcode.old-1")), "oldest");
  EXPECT_EQ(content(folder->path_of("home.passcode.old-2")), "first");
  EXPECT_EQ(mode(folder->path_of("home.passcode")), 0600U);
  EXPECT_EQ(mode(folder->path_of("home.passcode.old-1")), 0600U);
  EXPECT_EQ(mode(folder->path_of("taara.yml")), 0640U);
}

TEST(StagedFiles, WhatSomebodyElsePutInTheirPlaceIsNotGivenAway) {
  const TempFolder temp;
  const auto folder = ConfigFolder::open(temp.path("taara"), kOurs);
  ASSERT_TRUE(folder.has_value());
  const auto target = temp.file("elsewhere", "not ours", 0600);
  for (const bool hard : {true, false}) {
    auto staged = StagedFiles::in(*folder);
    ASSERT_TRUE(staged.has_value());
    ASSERT_TRUE(staged->add("taara.yml", "new", kOpen).has_value());
    const auto place = staged->path_of("taara.yml");
    ASSERT_EQ(::unlink(place.c_str()), 0);
    ASSERT_EQ(hard ? ::link(target.c_str(), place.c_str()) : ::symlink(target.c_str(), place.c_str()), 0);
    EXPECT_TRUE(staged->put_in_place().has_error());
    EXPECT_EQ(mode(target), 0600U);
    EXPECT_FALSE(folder->has("taara.yml"));
  }
}

TEST(StagedFiles, ALinkInTheWayIsKeptAsALinkAndItsTargetUntouched) {
  const TempFolder temp;
  const auto folder = ConfigFolder::open(temp.path("taara"), kOurs);
  ASSERT_TRUE(folder.has_value());
  const auto target = temp.file("elsewhere", "not ours", 0644);
  ASSERT_EQ(::symlink(target.c_str(), folder->path_of("taara.yml").c_str()), 0);
  auto staged = StagedFiles::in(*folder);
  ASSERT_TRUE(staged.has_value());
  ASSERT_TRUE(staged->add("taara.yml", "new", kOpen).has_value());
  ASSERT_TRUE(staged->put_in_place().has_value());
  EXPECT_EQ(content(target), "not ours");
  EXPECT_EQ(mode(target), 0644U);
  EXPECT_TRUE(std::filesystem::is_regular_file(std::filesystem::symlink_status(folder->path_of("taara.yml"))));
  EXPECT_TRUE(std::filesystem::is_symlink(folder->path_of("taara.yml.old-1")));
}

TEST(StagedFiles, WhatAKilledRunLeftGoesWithTheNext) {
  const TempFolder temp;
  ASSERT_EQ(::mkdir(temp.path("taara").c_str(), 0700), 0);
  ASSERT_EQ(::mkdir(temp.path("taara/.setup-abcdef").c_str(), 0700), 0);
  (void)temp.file("taara/.setup-abcdef/home.passcode", "1234");
  (void)temp.file("taara/.setup-file", "no folder");
  const auto folder = ConfigFolder::open(temp.path("taara"), kOurs);
  ASSERT_TRUE(folder.has_value());
  EXPECT_EQ(names_in(folder->path()), std::vector<std::string>{".setup-file"});
}

}  // namespace
}  // namespace taara
