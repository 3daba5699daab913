// SPDX-License-Identifier: Apache-2.0
#include "daemon_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <regex>
#include <set>
#include <sstream>

namespace taara::test {
namespace {

std::vector<char*> argv_of(std::vector<std::string>& words) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return argv;
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

DaemonProcess::DaemonProcess(const SimProcess& sim, const DaemonFiles& files, const std::vector<std::string>& flags)
    : environment_(files.environment), program_(files.program) {
  if (files.passcode_key.empty()) write_file(dir_.path() / "passcode", files.passcode + "\n");
  write_file(
      config_file(),
      "households:\n"
      "  - name: home-1\n"
      "    source: taara\n"
      "    url: " +
          sim.url() +
          "\n"
          "    account:\n"
          "      phone: \"" +
          files.phone +
          "\"\n"
          "      " +
          (files.passcode_key.empty() ? "passcode_file: " + (dir_.path() / "passcode").string() : files.passcode_key) +
          "\n"
          "      partner_id: partner-1\n"
          "      hotspot_id: hotspot-1\n"
          "store: {path: " +
          (dir_.path() / "store").string() +
          "}\n"
          "web: {listen_address: \"127.0.0.1:0\"}\n" +
          files.extra);
  start(flags);
}

DaemonProcess::~DaemonProcess() {
  if (!exit_code_) {
    kill(pid_, SIGKILL);
    (void)wait();
  }
  look_for_marks();
}

void DaemonProcess::look_for_marks() const {
  expect_no_marks(log(), "the log");
  expect_no_marks_in(dir_.path() / "store");
}

void DaemonProcess::start(const std::vector<std::string>& flags) {
  exit_code_.reset();
  std::vector<std::string> words{program_, "--config.file=" + config_file().string(), "--log.level=debug"};
  words.insert(words.end(), flags.begin(), flags.end());
  look_for_marks();
  write_file(dir_.path() / "log", "");
  pid_ = fork();
  if (pid_ != 0) return;
  const int log = open((dir_.path() / "log").c_str(), O_WRONLY | O_APPEND);
  dup2(log, STDERR_FILENO);
  for (auto& variable : environment_) putenv(variable.data());
  const auto argv = argv_of(words);
  execv(argv[0], argv.data());
  _exit(127);
}

void DaemonProcess::wait_for_log(const std::string& text) const {
  ASSERT_TRUE(within(milliseconds{10'000}, [&] { return log().find(text) != std::string::npos; }))
      << "the log never said: " << text << "\n"
      << log();
}

std::string DaemonProcess::wait_for_page(const std::string& text) const {
  std::string page;
  const bool seen = within(milliseconds{10'000}, [&] {
    page = fetch(url() + "/metrics").body;
    return page.find(text) != std::string::npos;
  });
  expect_no_marks(page, "the page");
  EXPECT_TRUE(seen) << "the page never said: " << text << "\n" << page << log();
  return page;
}

void DaemonProcess::signal(int number) const { kill(pid_, number); }

int DaemonProcess::wait() {
  if (!exit_code_) {
    int status = 0;
    waitpid(pid_, &status, 0);
    exit_code_ = code_of(status);
  }
  return *exit_code_;
}

bool DaemonProcess::ends_within(milliseconds longest) {
  return within(longest, [&] {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
    exit_code_ = code_of(status);
    return true;
  });
}

std::string DaemonProcess::url() const {
  wait_for_log("msg=listening");
  std::smatch found;
  const std::string text = log();
  if (!std::regex_search(text, found, std::regex("address=\"?(127\\.0\\.0\\.1:[0-9]+)"))) return "";
  return "http://" + found[1].str();
}

std::string DaemonProcess::log() const { return read_file(dir_.path() / "log"); }

std::optional<std::string> listening_address(pid_t pid) {
  const std::string proc = "/proc/" + std::to_string(pid);
  std::set<std::string> sockets;  // inodes of its own, as in "socket:[4711]"
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator(proc + "/fd", gone)) {
    const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (target.starts_with("socket:[")) sockets.insert(target.substr(8, target.size() - 9));
  }
  std::istringstream table(read_file(proc + "/net/tcp"));
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
    if (state == "0A" && local.starts_with("0100007F:") && sockets.contains(inode))
      return "127.0.0.1:" + std::to_string(std::stoi(local.substr(9), nullptr, 16));
  }
  return std::nullopt;
}

Finished run(const std::vector<std::string>& command, const std::string& input) {
  const TempDir dir;
  write_file(dir.path() / "in", input);
  std::vector<std::string> words = command;
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(open((dir.path() / "in").c_str(), O_RDONLY), STDIN_FILENO);
    const int out = open((dir.path() / "out").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    const auto argv = argv_of(words);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return {code_of(status), read_file(dir.path() / "out")};
}

}  // namespace taara::test
