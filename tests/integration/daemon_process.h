// SPDX-License-Identifier: Apache-2.0
// The real taara_exporter as a child process, with its configuration, secrets, store and log in a folder of its own.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "marks.h"
#include "sim_process.h"
#include "temp_dir.h"

namespace taara::test {

struct DaemonFiles {
  std::string passcode = kLinePasscode;
  std::string passcode_key = {};  // instead of passcode_file, such as "passcode_sealed: home.passcode"
  std::string phone = "700000001";
  std::string extra = {};                     // YAML at the top level
  std::vector<std::string> environment = {};  // NAME=value, besides what the test has
  std::string program = TAARA_EXPORTER;
};

// Waits until `condition` holds; false after `longest`. In real time, because it is another process that is waited for.
template <class Condition>
[[nodiscard]] bool within(milliseconds longest, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(milliseconds{5});
  }
  return true;
}

class DaemonProcess {
 public:
  // Writes the configuration for one household on `sim` and starts the daemon with `flags` besides.
  explicit DaemonProcess(const SimProcess& sim, const DaemonFiles& files = {},
                         const std::vector<std::string>& flags = {});
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  // Begins the log anew.
  void start(const std::vector<std::string>& flags = {});
  // Waits until the log holds `text`; fails the test after ten seconds.
  void wait_for_log(const std::string& text) const;
  // Waits until /metrics holds `text`, and gives the page.
  std::string wait_for_page(const std::string& text) const;
  void signal(int number) const;
  // Waits for its end; the exit code, or 128 + signal.
  int wait();
  // Whether it is gone within `longest`.
  [[nodiscard]] bool ends_within(milliseconds longest);
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::string log() const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return dir_.path(); }
  [[nodiscard]] std::filesystem::path config_file() const { return dir_.path() / "taara.yml"; }

 private:
  void look_for_marks() const;

  TempDir dir_;
  std::vector<std::string> environment_;
  std::string program_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

// Where on 127.0.0.1 a process listens, asked of the kernel: "127.0.0.1:9999".
std::optional<std::string> listening_address(pid_t pid);

// Runs a program to its end: exit code and all output.
struct Finished {
  int exit_code = -1;
  std::string output;
};
Finished run(const std::vector<std::string>& command, const std::string& input = "");

}  // namespace taara::test
