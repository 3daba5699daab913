// SPDX-License-Identifier: Apache-2.0
#include "terminal_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace taara::test {

TerminalProcess::TerminalProcess(std::vector<std::string> command) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (auto& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = forkpty(&master_, nullptr, nullptr, nullptr);
  if (pid_ == 0) {
    // A test that runs in the background of a shell ignores these; somebody at a terminal doesn't.
    for (const int number : {SIGINT, SIGQUIT}) signal(number, SIG_DFL);
    execv(argv[0], argv.data());
    _exit(127);
  }
}

TerminalProcess::~TerminalProcess() {
  if (!ended_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(master_);
}

bool TerminalProcess::read_some(int milliseconds) {
  pollfd waited{master_, POLLIN, 0};
  if (poll(&waited, 1, milliseconds) <= 0) return true;
  std::array<char, 4096> piece{};
  const ssize_t got = read(master_, piece.data(), piece.size());
  if (got <= 0) return false;  // the program has closed it
  shown_.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

void TerminalProcess::wait_for(const std::string& question) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  for (;;) {
    const auto at = shown_.find(question, waited_to_);
    if (at != std::string::npos) {
      waited_to_ = at + question.size();
      return;
    }
    ASSERT_TRUE(std::chrono::steady_clock::now() < end && read_some(100)) << "never asked: " << question << "\n"
                                                                          << shown_;
  }
}

void TerminalProcess::type(const std::string& keys) const {
  ASSERT_EQ(write(master_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

bool TerminalProcess::echoes() const {
  termios now{};
  return tcgetattr(master_, &now) == 0 && (now.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
}

int TerminalProcess::wait() {
  while (read_some(1000)) {
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  ended_ = true;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace taara::test
