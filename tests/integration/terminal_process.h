// SPDX-License-Identifier: Apache-2.0
// A program on a terminal of its own, with somebody who types.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace taara::test {

class TerminalProcess {
 public:
  explicit TerminalProcess(std::vector<std::string> command);
  ~TerminalProcess();
  TerminalProcess(const TerminalProcess&) = delete;
  TerminalProcess& operator=(const TerminalProcess&) = delete;

  // Waits until the terminal shows `question`, after what was waited for before; fails the test after 20 seconds.
  void wait_for(const std::string& question);
  void type(const std::string& keys) const;
  [[nodiscard]] bool echoes() const;
  // Waits for its end; the exit code, or 128 + signal.
  int wait();
  // Everything that the terminal has shown.
  [[nodiscard]] const std::string& shown() const { return shown_; }

 private:
  bool read_some(int milliseconds);

  int master_ = -1;
  pid_t pid_ = -1;
  bool ended_ = false;
  std::string shown_;
  std::size_t waited_to_ = 0;
};

}  // namespace taara::test
