// SPDX-License-Identifier: Apache-2.0
#include "io/sealed_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "io/credentials_folder.h"
#include "io/sealed_file.h"
#include "unit/io/temp_folder.h"

namespace taara {
namespace {

using testing::HasSubstr;

class SealedReaderTest : public testing::Test {
 protected:
  SealedReaderTest() { folder_.file("master", "the first master secret\n"); }
  void seal(std::string_view master, std::string_view passcode, std::int64_t sealed) const {
    SealedSecrets all;
    all.push_back({"cottage.password", Time(seconds(1'600'000'000)), Secret("correct horse")});
    all.push_back({"home.passcode", Time(seconds(sealed)), Secret(std::string(passcode))});
    auto writer = SealedFileWriter::lock(place().file);
    ASSERT_TRUE(writer.has_value());
    ASSERT_TRUE(write_sealed_file(*writer, place().file, all, Secret(std::string(master)), {14, 8, 1}));
  }
  [[nodiscard]] Sealed place() const { return {folder_.path("s"), {folder_.path("master")}}; }
  [[nodiscard]] std::string read(const Sealed& place, const std::string& name = "home.passcode") {
    const auto secret = reader_.read(place, name);
    return secret.has_error() ? secret.error().what : std::string(secret->reveal());
  }

  TempFolder folder_;
  SealedReader reader_;
};

TEST_F(SealedReaderTest, FindsSecretsByName) {
  seal("the first master secret", "1234", 1'700'000'000);
  EXPECT_EQ(read(place()), "1234");
  EXPECT_EQ(read(place(), "cottage.password"), "correct horse");
  EXPECT_THAT(*reader_.names(place()), testing::ElementsAre("cottage.password", "home.passcode"));
  EXPECT_THAT(read(place(), "home"), HasSubstr("holds no secret of that name"));
  EXPECT_EQ(read(place(), "secretword").find("secretword"), std::string::npos);
}

TEST_F(SealedReaderTest, S05_AChangedFileIsTakenWithoutARestart) {
  seal("the first master secret", "1234", 1'700'000'000);
  EXPECT_EQ(read(place()), "1234");
  seal("the first master secret", "5678", 1'700'000'001);
  EXPECT_EQ(read(place()), "5678");
  seal("the second master secret", "5678", 1'700'000'001);
  EXPECT_THAT(read(place()), HasSubstr(std::string(kCannotBeOpened)));
  folder_.file("master", "the second master secret");
  EXPECT_EQ(read(place()), "5678");
}

TEST_F(SealedReaderTest, AnotherMasterSecretMayBeGoneWhereOneOpens) {
  seal("the first master secret", "1234", 1'700'000'000);
  Sealed two = place();
  two.master_files.insert(two.master_files.begin(), folder_.path("absent"));
  EXPECT_EQ(read(two), "1234");
  folder_.file("master", "neither of the two");
  EXPECT_THAT(read(two), testing::AllOf(HasSubstr("absent"), HasSubstr("cannot be found"))) << "the one to look at";
}

TEST_F(SealedReaderTest, TheVersionIsTheSecretsOwn) {
  seal("the first master secret", "1234", 1'700'000'000);
  const auto first = reader_.version(place(), "home.passcode");
  const auto cottage = reader_.version(place(), "cottage.password");
  ASSERT_TRUE(first && cottage);
  EXPECT_EQ(first->changed, Time(seconds(1'700'000'000)));
  EXPECT_EQ(cottage->changed, Time(seconds(1'600'000'000)));
  seal("the first master secret", "5678", 1'700'000'060);
  EXPECT_NE(reader_.version(place(), "home.passcode")->id, first->id);
  EXPECT_EQ(reader_.version(place(), "cottage.password")->id, cottage->id) << "its neighbour's change is not its own";
  EXPECT_TRUE(reader_.version(place(), "absent").has_error());
}

TEST_F(SealedReaderTest, AChangedMasterSecretIsNoticedWhateverTimeItShows) {
  seal("the first master secret", "1234", 1'700'000'000);
  EXPECT_EQ(read(place()), "1234");
  const auto before = std::filesystem::last_write_time(folder_.path("master"));
  folder_.file("master", "not the master secret");
  std::filesystem::last_write_time(folder_.path("master"), before);
  EXPECT_THAT(read(place()), HasSubstr(std::string(kCannotBeOpened)));
}

// Derived for each login, the key would cost 64 MiB and a third of a second each time: for this file, several seconds.
TEST_F(SealedReaderTest, TheKeyIsDerivedOncePerFile) {
  seal("the first master secret", "1234", 1'700'000'000);
  const std::clock_t begun = std::clock();  // of the processor, however busy it is with others
  for (int i = 0; i < 300; ++i) ASSERT_EQ(read(place()), "1234");
  EXPECT_LT((std::clock() - begun) / CLOCKS_PER_SEC, 3);
}

TEST(CredentialsFolder, IsSystemds) {
  ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/taara.service", 1), 0);
  EXPECT_EQ(*credential_path("taara-master"), "/run/credentials/taara.service/taara-master");
  ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", "relative", 1), 0);
  EXPECT_TRUE(credential_path("taara-master").has_error());
  ASSERT_EQ(::unsetenv("CREDENTIALS_DIRECTORY"), 0);
  const auto none = credential_path("taara-master");
  ASSERT_TRUE(none.has_error());
  EXPECT_EQ(none.error().code, Errc::not_found);
  EXPECT_THAT(none.error().what, testing::AllOf(HasSubstr("taara-master"), HasSubstr("LoadCredential=")));
}

}  // namespace
}  // namespace taara
