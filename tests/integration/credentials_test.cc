// SPDX-License-Identifier: Apache-2.0
// The real `credentials` command: files, a terminal, and kills.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "daemon_process.h"
#include "terminal_process.h"

namespace taara::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Credentials : public testing::Test {
 protected:
  Credentials() {
    write_file(file("master"), "a master secret of words\n");
    write_file(file("master.new"), "another master secret\n");
    write_file(file("home.passcode"), "CanaryPass77\n");
  }
  [[nodiscard]] std::string file(const std::string& name) const { return dir_.path() / name; }
  [[nodiscard]] std::vector<std::string> command(const std::string& deed,
                                                 const std::vector<std::string>& options) const {
    std::vector<std::string> words{TAARA_EXPORTER, "credentials", deed, "--sealed-file=" + file("s")};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
  [[nodiscard]] Finished credentials(const std::string& deed, const std::vector<std::string>& options) const {
    return run(command(deed, options));
  }
  void seal() const {
    const auto sealed = credentials(
        "seal", {"--name=home.passcode", "--secret-file=" + file("home.passcode"), "--master-file=" + file("master")});
    ASSERT_EQ(sealed.exit_code, 0) << sealed.output;
  }
  [[nodiscard]] bool opens_with(const std::string& master) const {
    return credentials("check", {"--master-file=" + file(master)}).exit_code == 0;
  }

  TempDir dir_;
};

TEST_F(Credentials, SealCheckRotate) {
  seal();
  struct stat status {};
  ASSERT_EQ(stat(file("s").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_THAT(read_file(file("s")), Not(HasSubstr("CanaryPass77")));

  auto checked = credentials("check", {"--master-file=" + file("master")});
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_EQ(checked.output, file("s") +
                                " opens. AES-256-GCM, scrypt N = 2^16, r = 8, p = 2.\n"
                                "  home.passcode  sealed 0 days ago\n");

  write_file(file("cottage.password"), "CanaryWord88\n");
  const auto second = credentials("seal", {"--name=cottage.password", "--secret-file=" + file("cottage.password"),
                                           "--master-file=" + file("master")});
  EXPECT_EQ(second.exit_code, 0) << second.output;
  EXPECT_THAT(second.output, HasSubstr("(2 secrets); it was read back and opens."));

  const auto rotated =
      credentials("rotate", {"--master-file=" + file("master"), "--new-master-file=" + file("master.new")});
  EXPECT_EQ(rotated.exit_code, 0) << rotated.output;
  EXPECT_FALSE(opens_with("master"));
  checked = credentials("check", {"--master-file=" + file("master.new")});
  EXPECT_THAT(checked.output, HasSubstr("  cottage.password  sealed 0 days ago\n  home.passcode     sealed"));
  for (const auto& finished : {checked, second, rotated})
    EXPECT_THAT(finished.output, testing::AllOf(Not(HasSubstr("Canary")), Not(HasSubstr("master secret of"))));
}

TEST_F(Credentials, WhatIsWrongIsSaidAndEndsWithItsCode) {
  const std::vector<std::string> master{"--master-file=" + file("master")};
  const auto absent = credentials("check", master);
  EXPECT_EQ(absent.exit_code, 77);
  EXPECT_THAT(absent.output, HasSubstr("cannot be found"));
  EXPECT_EQ(credentials("rotate", {master[0], "--new-master-file=" + file("master.new")}).exit_code, 77);
  seal();
  const auto wrong = credentials("check", {"--master-file=" + file("master.new")});
  EXPECT_EQ(wrong.exit_code, 66);
  const std::string good = read_file(file("s"));
  std::string bent = good;
  bent[60] = static_cast<char>(bent[60] ^ 4);
  write_file(file("s"), bent);
  EXPECT_EQ(credentials("check", master).output, wrong.output) << "one and the same for a wrong key and a bent file";
  write_file(file("s"), good.substr(0, 70));
  EXPECT_EQ(credentials("check", master).output, wrong.output) << "and for a cut one";
  write_file(file("s"), "something else");
  EXPECT_THAT(credentials("check", master).output, HasSubstr("is no sealed file"));
  write_file(file("weak"), "12345\n");
  std::filesystem::remove(file("s"));
  const auto weak = credentials(
      "seal", {"--name=home.passcode", "--secret-file=" + file("home.passcode"), "--master-file=" + file("weak")});
  EXPECT_EQ(weak.exit_code, 66);
  EXPECT_THAT(weak.output, HasSubstr("at least 12 characters"));
  EXPECT_FALSE(std::filesystem::exists(file("s")));
}

TEST_F(Credentials, S10_AForgedFileIsRefusedByItsHeader) {
  seal();
  std::string forged = read_file(file("s"));
  forged[13] = 30;  // N = 2^30 would need a terabyte
  write_file(file("s"), forged);
  const auto refused = credentials("check", {"--master-file=" + file("master")});
  EXPECT_EQ(refused.exit_code, 66);
  EXPECT_THAT(refused.output, HasSubstr("asks for scrypt with N = 2^30"));
}

TEST_F(Credentials, ATerminalIsAskedAndShowsNothingOfTheAnswers) {
  TerminalProcess typed(command("seal", {"--name=home.passcode"}));
  const std::string master = "typed master secret";
  typed.wait_for("Master secret: ");
  EXPECT_FALSE(typed.echoes());
  typed.type(master + "\n");
  typed.wait_for("The same again, to be sure: ");
  typed.type(master + "\n");
  typed.wait_for("Secret to seal as home.passcode: ");
  EXPECT_FALSE(typed.echoes());
  typed.type("CanaryPass77\n");
  typed.wait_for("The same again, to be sure: ");
  typed.type("CanaryPass77\n");
  EXPECT_EQ(typed.wait(), 0) << typed.shown();
  EXPECT_TRUE(typed.echoes());
  EXPECT_THAT(typed.shown(), HasSubstr("home.passcode is sealed in"));
  EXPECT_THAT(typed.shown(), testing::AllOf(Not(HasSubstr("CanaryPass77")), Not(HasSubstr(master))));

  TerminalProcess check(command("check", {}));
  check.wait_for("Master secret: ");
  check.type(master + "\n");
  EXPECT_EQ(check.wait(), 0) << check.shown();
  write_file(file("typed"), master + "\n");
  EXPECT_TRUE(opens_with("typed")) << "typed and from a file are the same";
}

TEST_F(Credentials, ASlipAtTheTerminalChangesNothing) {
  TerminalProcess slipped(command("seal", {"--name=home.passcode"}));
  slipped.wait_for("Master secret: ");
  slipped.type("typed master secret\n");
  slipped.wait_for("to be sure: ");
  slipped.type("typed master secrte\n");
  EXPECT_EQ(slipped.wait(), 66);
  EXPECT_THAT(slipped.shown(), HasSubstr("the two were not the same; nothing was changed"));
  EXPECT_FALSE(std::filesystem::exists(file("s")));
}

TEST_F(Credentials, CtrlCLeavesTheTerminalAsItWas) {
  TerminalProcess interrupted(command("check", {}));
  interrupted.wait_for("Master secret: ");
  EXPECT_FALSE(interrupted.echoes());
  interrupted.type("\x03");
  EXPECT_EQ(interrupted.wait(), 128 + SIGINT);
  EXPECT_TRUE(interrupted.echoes());
}

TEST_F(Credentials, WithoutATerminalTheOptionIsNamed) {
  seal();
  std::vector<std::string> words{"setsid", "--wait"};
  for (const auto& word : command("check", {})) words.push_back(word);
  const auto refused = run(words, "a master secret of words\n");
  EXPECT_EQ(refused.exit_code, 77) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("there is no terminal to ask on; name the master secret with --master-file"));
}

// The moments of the writing itself are met 50 times by SealedFile.S05_D21_…; here the whole program.
TEST_F(Credentials, D21_AKilledRotateLeavesAFileThatOpens) {
  seal();
  std::mt19937 random(29);
  std::string known = read_file(file("s"));
  bool now_new = false;
  for (int round = 0; round < 10; ++round) {
    auto words = command("rotate", {"--master-file=" + file(now_new ? "master.new" : "master"),
                                    "--new-master-file=" + file(now_new ? "master" : "master.new")});
    const pid_t pid = fork();
    if (pid == 0) {
      std::vector<char*> argv;
      argv.reserve(words.size() + 1);
      for (auto& word : words) argv.push_back(word.data());
      argv.push_back(nullptr);
      execv(argv[0], argv.data());
      _exit(127);
    }
    // In real time: the kill meets another process wherever it is.
    if (round % 2 == 0) {
      usleep(static_cast<useconds_t>(random() % 1'500'000));
    } else {
      (void)within(milliseconds{20'000}, [&] { return std::filesystem::exists(file("s.new")); });
      usleep(static_cast<useconds_t>(random() % 4'000));
    }
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    const std::string bytes = read_file(file("s"));
    if (bytes == known) continue;
    now_new = !now_new;
    known = bytes;
    EXPECT_TRUE(opens_with(now_new ? "master.new" : "master")) << round;
  }
  EXPECT_TRUE(opens_with(now_new ? "master.new" : "master"));
}

}  // namespace
}  // namespace taara::test
