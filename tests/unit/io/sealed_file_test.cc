// SPDX-License-Identifier: Apache-2.0
#include "io/sealed_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>
#include <sstream>

#include "unit/io/temp_folder.h"

namespace taara {
namespace {

using testing::HasSubstr;

constexpr SealingWork kLight{14, 8, 1};  // the least that is allowed: 16 MiB

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

class SealedFile : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return folder_.path("secrets.sealed"); }
  static SealedSecrets secrets(const std::string& passcode = "482913") {
    SealedSecrets all;
    all.push_back({"cottage.password", Time(seconds(1'600'000'000)), Secret("correct horse")});
    all.push_back({"home.passcode", Time(seconds(1'700'000'000)), Secret(std::string(passcode))});
    return all;
  }
  [[nodiscard]] Result<void> write(const Secret& master, const SealedSecrets& what) const {
    auto writer = SealedFileWriter::lock(path());
    if (writer.has_error()) return writer.error();
    return write_sealed_file(*writer, path(), what, master, kLight);
  }
  [[nodiscard]] Result<OpenedFile> open(const Secret& master) const {
    return open_sealed_file(path(), std::span(&master, 1));
  }
  [[nodiscard]] std::string refusal(const Secret& master) const {
    const auto opened = open(master);
    return opened.has_error() ? opened.error().what : "opened";
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  TempFolder folder_;
  Secret old_{"the old master secret"};
  Secret new_{"the new master secret"};
};

TEST_F(SealedFile, WhatIsWrittenOpensAndIsForItsOwnerAlone) {
  ASSERT_TRUE(write(old_, secrets()));
  const auto opened = open(old_);
  ASSERT_TRUE(opened.has_value()) << opened.error().what;
  ASSERT_EQ(opened->secrets.size(), 2U);
  EXPECT_EQ(opened->secrets[1].name, "home.passcode");
  EXPECT_EQ(opened->secrets[1].value.reveal(), "482913");
  EXPECT_EQ(opened->secrets[1].sealed, Time(seconds(1'700'000'000)));
  const auto again = open_with_key(path(), opened->key);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ((*again)[0].value.reveal(), "correct horse");
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(files(), std::vector<std::string>{"secrets.sealed"});
  const std::string bytes = content_of(path());
  for (const auto* inside : {"482913", "correct horse", "home.passcode"})
    EXPECT_EQ(bytes.find(inside), std::string::npos) << inside;
}

TEST_F(SealedFile, NotFoundNotSealedAndNotOpenedAreOtherWords) {
  EXPECT_THAT(refusal(old_), testing::AllOf(HasSubstr("cannot be found"), HasSubstr("credentials seal")));
  EXPECT_EQ(open(old_).error().code, Errc::not_found);
  folder_.file("secrets.sealed", "482913\n");
  EXPECT_EQ(refusal(old_), "sealed file \"" + path() + "\" is no sealed file");
  ASSERT_TRUE(write(old_, secrets()));
  const std::string words = "sealed file \"" + path() + "\" " + std::string(kCannotBeOpened);
  EXPECT_EQ(refusal(new_), words);
  const std::string good = content_of(path());
  folder_.file("secrets.sealed", good.substr(0, good.size() - 1));
  EXPECT_EQ(refusal(old_), words);
  std::string bent = good;
  bent.back() = static_cast<char>(bent.back() ^ 1);
  folder_.file("secrets.sealed", bent);
  EXPECT_EQ(refusal(old_), words);
  folder_.file("secrets.sealed", good);
  EXPECT_EQ(refusal(old_), "opened");
  folder_.file("secrets.sealed", std::string((std::size_t{1} << 20U) + 1, 'x'));
  EXPECT_THAT(refusal(old_), HasSubstr("has more than 1 MiB"));
}

TEST_F(SealedFile, S02_OneThatOthersCanReadOrReplaceIsRefused) {
  ASSERT_TRUE(write(old_, secrets()));
  ASSERT_EQ(::chmod(path().c_str(), 0644), 0);
  EXPECT_EQ(open(old_).error().code, Errc::permission);
  EXPECT_THAT(refusal(old_), HasSubstr("is open to other users (mode 0644)"));
  std::filesystem::rename(path(), folder_.path("real"));
  std::filesystem::create_symlink(folder_.path("real"), path());
  EXPECT_THAT(refusal(old_), HasSubstr("is a symbolic link"));
}

TEST_F(SealedFile, DuringARotationEitherMasterSecretOpens) {
  std::vector<Secret> both;
  both.emplace_back(std::string(new_.reveal()));
  both.emplace_back(std::string(old_.reveal()));
  for (const Secret* const used : {&old_, &new_}) {
    ASSERT_TRUE(write(*used, secrets()));
    EXPECT_TRUE(open_sealed_file(path(), both).has_value());
  }
  EXPECT_TRUE(open_sealed_file(path(), {}).has_error());
}

TEST_F(SealedFile, TheOldOneComesBackWhenTheNewOneDoesNotOpen) {
  ASSERT_TRUE(write(old_, secrets()));
  auto writer = SealedFileWriter::lock(path());
  ASSERT_TRUE(writer.has_value());
  bool was_beside = false;
  const auto written = writer->write("nonsense", [&]() -> Result<void> {
    was_beside = std::filesystem::exists(path() + ".old");
    return Error{Errc::corrupt, "it does not open"};
  });
  EXPECT_EQ(written.error().what, "it does not open; the old file is back in its place");
  EXPECT_TRUE(was_beside);
  EXPECT_EQ(refusal(old_), "opened");
  EXPECT_EQ(files(), std::vector<std::string>{"secrets.sealed"});
}

TEST_F(SealedFile, ANewOneThatDoesNotOpenIsNotLeft) {
  auto writer = SealedFileWriter::lock(path());
  ASSERT_TRUE(writer.has_value());
  EXPECT_TRUE(writer->write("nonsense", [] { return Result<void>(Error{Errc::corrupt, "no"}); }).has_error());
  EXPECT_TRUE(files().empty());
}

TEST_F(SealedFile, OneWriterAtATime) {
  const auto first = SealedFileWriter::lock(path());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(write(old_, secrets()).error().code, Errc::busy);
  EXPECT_EQ(SealedFileWriter::lock(folder_.path("absent/s")).error().code, Errc::io);
}

TEST_F(SealedFile, ItsOwnerKeepsItWhenRootWrites) {
  ASSERT_TRUE(write(old_, secrets()));
  if (::chown(path().c_str(), 4711, 4712) != 0) GTEST_SKIP() << "only root can give a file away";
  auto writer = SealedFileWriter::lock(path());
  ASSERT_TRUE(writer.has_value());
  ASSERT_TRUE(writer->write("anything", [] { return Result<void>(); }));
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 4711U);
  EXPECT_EQ(status.st_gid, 4712U);
}

TEST_F(SealedFile, S05_D21_AKillAtAnyMomentLeavesOneThatOpens) {
  const char* asked = std::getenv("TAARA_KILL_ROUNDS");
  const int rounds = asked != nullptr ? std::atoi(asked) : 50;
  std::mt19937 random(23);
  ASSERT_TRUE(write(old_, secrets()));
  std::string known = content_of(path());  // opens with one of the two
  bool now_new = false;
  int changed = 0;
  int cut_short = 0;
  for (int round = 0; round < rounds; ++round) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(write(now_new ? old_ : new_, secrets()) ? 0 : 1);
    // Half of the kills come anywhere, half within the moment in which files change their names. In real time, so that
    // they meet the other process wherever it is.
    if (round % 2 == 0) {
      ::usleep(static_cast<useconds_t>(random() % 200'000));
    } else {
      while (!std::filesystem::exists(path() + ".new") && ::waitpid(child, nullptr, WNOHANG | WNOWAIT) == 0) {
      }
      ::usleep(static_cast<useconds_t>(random() % 3'000));
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
    if (WIFSIGNALED(status)) ++cut_short;
    const std::string bytes = content_of(path());
    if (bytes == known) continue;
    ASSERT_EQ(refusal(now_new ? old_ : new_), "opened") << round;
    now_new = !now_new;
    known = bytes;
    ++changed;
  }
  EXPECT_GT(cut_short, rounds / 4) << "the kills came too late";
  EXPECT_GT(changed, 0) << "the kills came too early";
  ASSERT_TRUE(write(old_, secrets()));
  EXPECT_EQ(files(), std::vector<std::string>{"secrets.sealed"}) << "leftovers of the killed";
}

}  // namespace
}  // namespace taara
