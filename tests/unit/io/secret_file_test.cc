// SPDX-License-Identifier: Apache-2.0
#include "io/secret_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <memory>
#include <new>

#include "unit/io/temp_folder.h"

namespace taara {
namespace {

class SecretFile : public testing::Test {
 protected:
  [[nodiscard]] std::string read(std::string_view content, mode_t mode = 0600) const {
    auto secret = read_secret(folder_.file("s", content, mode));
    return secret.has_error() ? refusal(secret.error()) : std::string(secret->reveal());
  }
  static std::string refusal(const Error& error) { return "refused: " + error.what; }
  [[nodiscard]] Errc code(std::string_view content, mode_t mode = 0600) const {
    return read_secret(folder_.file("s", content, mode)).error().code;
  }
  [[nodiscard]] std::string refused(const std::string& why) const {
    return "refused: secret file \"" + folder_.path("s") + "\" " + why;
  }

  TempFolder folder_;
};

TEST_F(SecretFile, S03_OneTrailingNewlineIsNoPartOfTheSecret) {
  EXPECT_EQ(read("1234"), "1234");
  EXPECT_EQ(read("1234\n"), "1234");
  EXPECT_EQ(read(" p\xC3\xA4ss word \n"), " p\xC3\xA4ss word ");
  EXPECT_EQ(read(std::string(4096, 'x')), std::string(4096, 'x'));
}

TEST_F(SecretFile, S03_EverythingElseThatIsNoSecretIsRefused) {
  const std::string nul(
      "12\0"
      "34",
      5);
  EXPECT_EQ(read(""), refused("is empty; write the secret into it"));
  EXPECT_EQ(read("\n"), refused("is empty; write the secret into it"));
  EXPECT_EQ(read("1234\n\n"), refused("has more than one line; it must hold nothing but the secret"));
  EXPECT_EQ(read("12\n34"), refused("has more than one line; it must hold nothing but the secret"));
  EXPECT_EQ(read("1234\r\n"), refused("holds a carriage return (Windows line end); save it with line feeds only"));
  EXPECT_EQ(read(nul), refused("holds a NUL byte; it must be text"));
  EXPECT_EQ(read("\xFF\xFE"
                 "1"),
            refused("is not UTF-8 text"));
  EXPECT_EQ(read(std::string(4097, 'x')), refused("has more than 4096 bytes; it must hold nothing but the secret"));
  EXPECT_EQ(read(std::string(1 << 20, 'x')), refused("has more than 4096 bytes; it must hold nothing but the secret"));
  for (const auto& content : {std::string(), std::string("1\n2"), std::string("1\r\n"), nul})
    EXPECT_EQ(code(content), Errc::invalid);
}

TEST_F(SecretFile, S02_AModeThatLetsOthersInIsRefused) {
  for (const mode_t mode : {0644U, 0640U, 0604U, 0620U, 0602U, 0610U, 0601U, 0666U, 0777U}) {
    EXPECT_EQ(code("1234", mode), Errc::permission) << std::oct << mode;
    EXPECT_EQ(read("1234", mode).find("1234"), std::string::npos);
  }
  EXPECT_EQ(read("1234", 0644), refused("is open to other users (mode 0644); take that away: chmod 600 FILE"));
  EXPECT_EQ(read("1234", 0400), "1234");
  EXPECT_EQ(read("1234", 0700), "1234");
}

TEST_F(SecretFile, S02_ASymbolicLinkIsRefused) {
  std::filesystem::create_symlink(folder_.file("real", "1234"), folder_.path("s"));
  const auto secret = read_secret(folder_.path("s"));
  ASSERT_TRUE(secret.has_error());
  EXPECT_EQ(refusal(secret.error()), refused("is a symbolic link; a regular file is needed"));
}

TEST_F(SecretFile, S02_AnotherOwnerIsRefused) {
  const std::string path = folder_.file("s", "1234");
  if (::chown(path.c_str(), 4711, 0) != 0) GTEST_SKIP() << "only root can give a file away";
  const auto secret = read_secret(path);
  ASSERT_TRUE(secret.has_error());
  EXPECT_EQ(secret.error().code, Errc::permission);
  EXPECT_NE(secret.error().what.find("belongs to another user (uid 4711)"), std::string::npos);
}

TEST_F(SecretFile, S02_WhatIsNoFileIsRefusedWithoutWaiting) {
  ASSERT_EQ(::mkfifo(folder_.path("fifo").c_str(), 0600), 0);
  for (const auto& path : {folder_.path("fifo"), folder_.path(), std::string("/dev/zero")}) {
    const auto secret = read_secret(path);
    ASSERT_TRUE(secret.has_error()) << path;
    EXPECT_EQ(secret.error().code, Errc::invalid) << path;
  }
}

TEST_F(SecretFile, S01_AMissingSecretIsSaidWithWhatToDo) {
  const auto secret = read_secret(folder_.path("s"));
  ASSERT_TRUE(secret.has_error());
  EXPECT_EQ(secret.error().code, Errc::not_found);
  EXPECT_EQ(refusal(secret.error()), refused("cannot be found: No such file or directory; create it with install -m "
                                             "0600 /dev/null FILE and write the secret into it"));
}

// Newer versions of systemd hand a credential over as root's file of mode 0440 with an access control list that names
// the service's user alone.
class SecretFileWithList : public SecretFile {
 protected:
  struct Entry {
    std::uint16_t tag;
    std::uint16_t allowed;
    std::uint32_t id;
  };
  static constexpr std::uint32_t kNobody = 0xFFFFFFFF;

  [[nodiscard]] bool set_list(const std::string& path, std::initializer_list<Entry> entries) const {
    std::string list("\2\0\0\0", 4);
    for (const auto& entry : entries) {
      std::array<char, 8> bytes{};
      std::memcpy(bytes.data(), &entry.tag, 2);
      std::memcpy(bytes.data() + 2, &entry.allowed, 2);
      std::memcpy(bytes.data() + 4, &entry.id, 4);
      list.append(bytes.data(), bytes.size());
    }
    return ::setxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size(), 0) == 0;
  }
};

TEST_F(SecretFileWithList, S02_AListThatNamesUsAloneIsFine) {
  const std::string path = folder_.file("s", "1234", 0400);
  if (!set_list(path, {{1, 4, kNobody}, {2, 4, ::geteuid()}, {4, 0, kNobody}, {16, 4, kNobody}, {32, 0, kNobody}}))
    GTEST_SKIP() << "this file system has no access control lists";
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  ASSERT_EQ(status.st_mode & 0777U, 0440U);
  const auto secret = read_secret(path);
  ASSERT_TRUE(secret.has_value()) << secret.error().what;
  EXPECT_EQ(secret->reveal(), "1234");
}

TEST_F(SecretFileWithList, S02_AListThatLetsAnybodyElseInIsRefused) {
  const std::string path = folder_.file("s", "1234", 0400);
  const auto us = ::geteuid();
  if (!set_list(path, {{1, 4, kNobody}, {2, 4, 4711}, {4, 0, kNobody}, {16, 4, kNobody}, {32, 0, kNobody}}))
    GTEST_SKIP() << "this file system has no access control lists";
  EXPECT_TRUE(read_secret(path).has_error()) << "another user";
  ASSERT_TRUE(set_list(path, {{1, 4, kNobody}, {2, 4, us}, {4, 4, kNobody}, {16, 4, kNobody}, {32, 0, kNobody}}));
  EXPECT_TRUE(read_secret(path).has_error()) << "the file's group";
  ASSERT_TRUE(set_list(path, {{1, 4, kNobody}, {4, 0, kNobody}, {8, 4, 4711}, {16, 4, kNobody}, {32, 0, kNobody}}));
  EXPECT_TRUE(read_secret(path).has_error()) << "another group";
  ASSERT_TRUE(set_list(path, {{1, 4, kNobody}, {2, 4, us}, {4, 0, kNobody}, {16, 6, kNobody}, {32, 0, kNobody}}));
  EXPECT_TRUE(read_secret(path).has_error()) << "a mask that lets write";
  ASSERT_TRUE(set_list(path, {{1, 4, kNobody}, {2, 4, us}, {4, 0, kNobody}, {16, 4, kNobody}, {32, 4, kNobody}}));
  EXPECT_TRUE(read_secret(path).has_error()) << "everybody";
}

// Looks into memory that held a Secret: nothing of a short one may stay, where std::string keeps it inside itself.
class Remains {
 public:
  template <class... Args>
  Secret* make(Args&&... args) {
    return new (place_.data()) Secret(std::forward<Args>(args)...);
  }
  [[nodiscard]] bool hold(std::string_view text) const {
    const auto* bytes = reinterpret_cast<const char*>(place_.data());
    return std::search(bytes, bytes + place_.size(), text.begin(), text.end()) != bytes + place_.size();
  }

 private:
  alignas(Secret) std::array<unsigned char, sizeof(Secret)> place_{};
};

TEST(Secret, S09_IsWipedWhenItGoesAndWhenItMoves) {
  Remains first;
  Remains second;
  Secret* here = first.make(std::string("482913"));
  ASSERT_TRUE(first.hold("482913"));
  Secret* there = second.make(std::move(*here));
  EXPECT_FALSE(first.hold("482913"));
  EXPECT_TRUE(second.hold("482913"));
  *here = std::move(*there);
  EXPECT_EQ(here->reveal(), "482913");
  EXPECT_FALSE(second.hold("482913"));
  std::destroy_at(there);
  std::destroy_at(here);
  EXPECT_FALSE(first.hold("482913"));
}

TEST(Secret, S09_WipeOverwritesWhatALongerContentLeftBehind) {
  std::string text = "secret-secret-secret-secret";
  const auto memory_of_text = [&text, size = text.size()] {  // beyond its size, within its capacity
    std::string memory(size, '?');
    std::memcpy(memory.data(), text.data(), size);
    return memory;
  };
  text.resize(3);
  ASSERT_NE(memory_of_text().find("ret-secret-secret"), std::string::npos);
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(memory_of_text(), std::string(27, '\0'));
}

TEST_F(SecretFile, S05_AnotherVersionWhenTheFileIsReplacedOrRewritten) {
  const std::string path = folder_.file("s", "1234");
  const auto before = secret_version(path);
  ASSERT_TRUE(before.has_value());
  const auto same = secret_version(path);
  ASSERT_TRUE(same.has_value());
  EXPECT_EQ(before->id, same->id);
  EXPECT_EQ(before->id.find("1234"), std::string::npos);

  std::filesystem::rename(folder_.file("new", "1234"), path);
  const auto replaced = secret_version(path);
  ASSERT_TRUE(replaced.has_value());
  EXPECT_NE(replaced->id, before->id);

  const timespec old{1'600'000'000, 0};
  const std::array<timespec, 2> times{old, old};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
  const auto touched = secret_version(path);
  ASSERT_TRUE(touched.has_value());
  EXPECT_NE(touched->id, replaced->id);
  EXPECT_EQ(touched->changed, Time(seconds(1'600'000'000)));
  EXPECT_TRUE(secret_version(folder_.path("absent")).has_error());
}

}  // namespace
}  // namespace taara
