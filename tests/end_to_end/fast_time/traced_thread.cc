// SPDX-License-Identifier: Apache-2.0
#include "traced_thread.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace taara::fast_time {
namespace {

// Files of /proc are made anew at every read from their begin.
template <std::size_t size>
const char* text_of(const File& file, std::array<char, size>& buffer) {
  const ssize_t got = pread(file.get(), buffer.data(), size - 1, 0);
  buffer[got > 0 ? static_cast<std::size_t>(got) : 0] = '\0';
  return buffer.data();
}

}  // namespace

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) close(fd_);
}

TracedThread::TracedThread(pid_t process, pid_t thread) : process_(process) {
  const std::string folder = "/proc/" + std::to_string(process) + "/task/" + std::to_string(thread) + "/";
  const auto opened = [&](const char* name) { return File(open((folder + name).c_str(), O_RDONLY | O_CLOEXEC)); };
  schedstat_ = opened("schedstat");
  syscall_ = opened("syscall");
  stat_ = opened("stat");
}

std::int64_t TracedThread::times_run() const {
  std::array<char, 96> buffer{};
  char* rest = nullptr;
  std::strtoull(text_of(schedstat_, buffer), &rest, 10);  // time on the processor
  std::strtoull(rest, &rest, 10);                         // time waiting for it
  return std::strtoll(rest, nullptr, 10);
}

SystemCall TracedThread::system_call() const {
  std::array<char, 256> buffer{};
  const char* const text = text_of(syscall_, buffer);
  SystemCall call;
  if (text[0] < '0' || text[0] > '9') return call;  // "running", "-1 ..." outside of a call, or nothing: it ended
  char* rest = nullptr;
  call.number = std::strtoll(text, &rest, 10);
  for (std::uint64_t& argument : call.arguments) argument = std::strtoull(rest, &rest, 16);
  return call;
}

bool TracedThread::sleeps_lightly() const {
  std::array<char, 512> buffer{};
  const std::string text = text_of(stat_, buffer);
  const auto after_name = text.rfind(") ");
  return after_name != std::string::npos &&
         std::string_view("STt").find(text[after_name + 2]) != std::string_view::npos;
}

bool TracedThread::still_waits(int memory_fd, const Now& now) {
  const std::int64_t times = times_run();
  const SystemCall call = system_call();
  if (call.number < 0 || !sleeps_lightly()) {
    times_run_ = -1;
    return false;
  }
  if (times == times_run_) return wait_.activity != Activity::busy;
  times_run_ = times;
  // A wait that was interrupted, such as by SIGSTOP and SIGCONT, goes on under another name, until the same time.
  if (call.number == SYS_restart_syscall && wait_.call.arguments == call.arguments) return false;
  wait_ = wait_of(call, memory_fd, now);
  return false;  // the next look tells
}

bool packets_under_way() {
  std::ifstream processors("/proc/net/softnet_stat");
  constexpr int kQueued = 11;  // the column, from 0
  for (std::string line; std::getline(processors, line);) {
    std::istringstream columns(line);
    std::string column;
    for (int i = 0; i <= kQueued && (columns >> column); ++i)
      if (i == kQueued && column.find_first_not_of('0') != std::string::npos) return true;
  }
  return false;
}

pid_t process_of(pid_t thread) {
  std::ifstream status("/proc/" + std::to_string(thread) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("Tgid:")) return std::atoi(line.c_str() + 5);
  return 0;
}

}  // namespace taara::fast_time
