// SPDX-License-Identifier: Apache-2.0
// One thread of the traced programs, looked at from outside without stopping it.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "waits.h"

namespace taara::fast_time {

// Owns a file descriptor.
class File {
 public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_ = -1;
};

class TracedThread {
 public:
  TracedThread(pid_t process, pid_t thread);

  // Looks again. True when it waits, and has not run since the look before when that found it waiting, too.
  [[nodiscard]] bool still_waits(int memory_fd, const Now& now);
  [[nodiscard]] const Wait& wait() const { return wait_; }
  [[nodiscard]] pid_t process() const { return process_; }

  bool to_be_woken = false;  // it was told to stop, so that its wait can be ended

 private:
  [[nodiscard]] std::int64_t times_run() const;
  [[nodiscard]] SystemCall system_call() const;
  [[nodiscard]] bool sleeps_lightly() const;  // or is stopped; not in the hands of disk or memory

  pid_t process_;
  File schedstat_;
  File syscall_;
  File stat_;
  std::int64_t times_run_ = -1;
  Wait wait_;
};

// True while the kernel has packets in its hands, on loopback too, that will wake somebody soon.
[[nodiscard]] bool packets_under_way();

// 0 when there is no such process.
[[nodiscard]] pid_t process_of(pid_t thread);

}  // namespace taara::fast_time
