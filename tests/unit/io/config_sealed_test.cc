// SPDX-License-Identifier: Apache-2.0
// Sealed secrets in the configuration: what is taken, and what is said of everything else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/config_file.h"
#include "io/sealed_file.h"
#include "unit/io/temp_folder.h"

namespace taara {
namespace {

using testing::ElementsAre;

class ConfigSealed : public testing::Test {
 protected:
  ConfigSealed() {
    folder_.file("master", "the master secret\n");
    folder_.file("home.passcode", "1234\n");
    SealedSecrets all;
    all.push_back({"cottage.password", Time{}, Secret("correct horse")});
    all.push_back({"home.passcode", Time{}, Secret("1234")});
    auto writer = SealedFileWriter::lock(folder_.path("s"));
    if (!writer || !write_sealed_file(*writer, folder_.path("s"), all, Secret("the master secret"), {14, 8, 1}))
      throw std::runtime_error("could not seal");
  }
  static std::string household(const std::string& secret = "passcode_sealed: home.passcode") {
    return "households:\n  - name: home\n    account: {phone: \"700000001\", partner_id: p, hotspot_id: h, " + secret +
           "}\n";
  }
  [[nodiscard]] std::variant<Config, std::vector<ConfigProblem>> load(const std::string& text) const {
    return load_config(folder_.file("c.yml", text));
  }
  // "permission 3:9: key: text", with @ for the folder.
  [[nodiscard]] std::vector<std::string> said(const std::string& text) const {
    std::vector<std::string> all;
    const auto loaded = load(text);
    if (const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&loaded))
      for (const auto& problem : *problems) {
        std::string line = problem.fault == ConfigFault::permission ? "permission " : "";
        line += describe("c", problem).substr(2);
        for (auto at = line.find(folder_.path()); at != std::string::npos; at = line.find(folder_.path()))
          line.replace(at, folder_.path().size(), "@");
        all.push_back(line);
      }
    return all;
  }

  TempFolder folder_;
};

constexpr const char* kSealed = "sealed: {file: ./s, master_file: ./master}\n";

TEST_F(ConfigSealed, WhoAsksNoLineNeedsNeitherSecretNorCredential) {
  for (const std::string& text : {household("passcode_file: ./nothing"),
                                  "sealed: {file: ./nothing, master_credential: taara-master}\n" + household()}) {
    const std::string path = folder_.file("c.yml", text);
    EXPECT_TRUE(std::holds_alternative<std::vector<ConfigProblem>>(load_config(path))) << text;
    EXPECT_TRUE(std::holds_alternative<Config>(load_config_without_secrets(path))) << text;
  }
  const auto wrong = load_config_without_secrets(folder_.file("c.yml", household() + "colour: red\n"));
  EXPECT_TRUE(std::holds_alternative<std::vector<ConfigProblem>>(wrong)) << "the rest is read as strictly";
}

TEST_F(ConfigSealed, ANameInsteadOfAFile) {
  const auto loaded = load(kSealed + household());
  ASSERT_TRUE(std::holds_alternative<Config>(loaded));
  const Account& account = std::get<Config>(loaded).households[0].account;
  EXPECT_EQ(account.secret_file, "");
  EXPECT_EQ(account.sealed_name, "home.passcode");
  EXPECT_EQ(account.sealed, (Sealed{folder_.path("s"), {folder_.path("master")}}));
}

TEST_F(ConfigSealed, RoutersAndTwoMasterSecretsAndFilesBesides) {
  folder_.file("master.new", "another master secret");
  const auto loaded = load(household("passcode_file: ./home.passcode") +
                           "  - name: cottage\n    source: router\n    account: {username: u, password_sealed: "
                           "cottage.password}\n"
                           "sealed:\n  file: ./s\n  master_file: [./master.new, ./master]\n");
  ASSERT_TRUE(std::holds_alternative<Config>(loaded));
  const auto& households = std::get<Config>(loaded).households;
  EXPECT_EQ(households[0].account.secret_file, folder_.path("home.passcode"));
  EXPECT_EQ(households[0].account.sealed, Sealed{});
  EXPECT_EQ(households[1].account.sealed_name, "cottage.password");
  EXPECT_EQ(households[1].account.sealed.master_files.size(), 2U);
}

TEST_F(ConfigSealed, MasterSecretsThatSystemdPasses) {
  ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", folder_.path().c_str(), 1), 0);
  const auto loaded = load("sealed: {file: ./s, master_credential: master}\n" + household());
  EXPECT_TRUE(std::holds_alternative<Config>(loaded));
  ASSERT_EQ(::unsetenv("CREDENTIALS_DIRECTORY"), 0);
  EXPECT_THAT(said("sealed: {file: ./s, master_credential: master}\n" + household()),
              ElementsAre("permission 1:40: sealed.master_credential: credential \"master\" needs a service of systemd "
                          "that names it in LoadCredential= or LoadCredentialEncrypted=; $CREDENTIALS_DIRECTORY is not "
                          "set here"));
}

TEST_F(ConfigSealed, S01_S02_WhatIsWrongWithTheFileIsSaidOnce) {
  const std::string two = household() +
                          "  - name: other\n    source: router\n    account: {username: u, "
                          "password_sealed: cottage.password}\n";
  EXPECT_THAT(said("sealed: {file: ./absent, master_file: ./master}\n" + two),
              ElementsAre("permission 1:16: sealed.file: sealed file \"@/absent\" cannot be found: No such file or "
                          "directory; make it with taara_exporter credentials seal"));
  EXPECT_THAT(said("sealed: {file: ./s, master_file: ./absent}\n" + two),
              ElementsAre("permission 1:16: sealed.file: secret file \"@/absent\" cannot be found: No such file or "
                          "directory; create it with install -m 0600 /dev/null FILE and write the secret into it"));
  EXPECT_THAT(said("sealed: {file: ./s, master_file: ./home.passcode}\n" + two),
              ElementsAre("1:16: sealed.file: sealed file \"@/s\" cannot be opened: the master secret is another one, "
                          "or the file is damaged"));
  EXPECT_THAT(said("sealed: {file: ./home.passcode, master_file: ./master}\n" + two),
              ElementsAre("1:16: sealed.file: sealed file \"@/home.passcode\" is no sealed file"));
}

TEST_F(ConfigSealed, ANameThatIsNotInItIsNotRepeated) {
  EXPECT_THAT(said(kSealed + household("passcode_sealed: mysecretword")),
              ElementsAre("permission 4:82: households[0].account.passcode_sealed: the sealed file holds no secret of "
                          "this name; put it in with taara_exporter credentials seal, or see what it holds with "
                          "taara_exporter credentials check"));
  EXPECT_THAT(said(kSealed + household("passcode_sealed: \"1234\"")),
              ElementsAre("4:82: households[0].account.passcode_sealed: found a value that is not shown here; allowed: "
                          "a name such as home.passcode: a letter, then a-z, 0-9, ., _ and -, at most 63 in all"));
}

TEST_F(ConfigSealed, OneOfTheTwoWays) {
  EXPECT_THAT(said(kSealed + household("passcode_sealed: home.passcode, passcode_file: ./home.passcode")),
              ElementsAre("4:82: households[0].account.passcode_sealed: found besides passcode_file; allowed: one of "
                          "the two"));
  EXPECT_THAT(said(household()), ElementsAre("3:82: households[0].account.passcode_sealed: needs the section sealed, "
                                             "with file and master_file, at the top of this file"));
  EXPECT_THAT(said(kSealed + household("password_sealed: home.passcode")),
              ElementsAre("4:14: households[0].account.passcode_file: found nothing, but it is needed; allowed: a path "
                          "that begins with /, ./ or ../, at most 1024 bytes",
                          "4:82: households[0].account.password_sealed: this key belongs to source router, and this "
                          "household's source is taara"));
}

TEST_F(ConfigSealed, TheSectionIsAsStrictAsTheRest) {
  const std::string home = household("passcode_file: ./home.passcode");
  EXPECT_THAT(said("sealed: here\n" + home),
              ElementsAre("1:9: sealed: found a text; allowed: a map with file and master_file or master_credential"));
  EXPECT_THAT(said("sealed: {file: ./s}\n" + home),
              ElementsAre("1:9: sealed.master_file: found nothing, but it is needed; allowed: a path, or "
                          "master_credential with the name of a credential"));
  EXPECT_THAT(said("sealed: {file: ./s, master_file: ./master, master_credential: m}\n" + home),
              ElementsAre("1:63: sealed.master_credential: found besides master_file; allowed: one of the two"));
  EXPECT_THAT(said("sealed: {file: ./s, master_file: []}\n" + home),
              ElementsAre("1:34: sealed.master_file: found an empty list; allowed: a path that begins with /, ./ or "
                          "../, at most 1024 bytes, or a list of 1 or 2 of them: the new one, then the old one"));
  EXPECT_THAT(said("sealed: {file: ./s, master_file: [./a, ./b, ./c]}\n" + home),
              ElementsAre("1:34: sealed.master_file: found a list; allowed: a path that begins with /, ./ or "
                          "../, at most 1024 bytes, or a list of 1 or 2 of them: the new one, then the old one"));
  EXPECT_THAT(said("sealed: {file: ./s, master_file: ./master, colour: red}\n" + home),
              ElementsAre("1:44: sealed.colour: unknown key; allowed here: file, master_credential, master_file"));
  // A master secret written here would be in every backup of this file.
  EXPECT_EQ(said("sealed: {file: ./s, master_secret: \"the master secret\"}\n" + home).size(), 2U);
  for (const auto& line : said("sealed: {file: ./s, master_file: the master secret}\n" + home))
    EXPECT_EQ(line.find("the master secret"), std::string::npos) << line;
}

}  // namespace
}  // namespace taara
