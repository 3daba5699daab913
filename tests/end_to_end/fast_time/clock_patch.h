// SPDX-License-Identifier: Apache-2.0
// Moves the clocks of another process. Programs ask the vDSO for the time, a small library that the kernel maps into
// every process; its code is overwritten with code that asks the kernel and adds an offset which we can change.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace taara::fast_time {

// What is added to the real clocks, never below 0.
struct Offsets {
  std::int64_t realtime_ns = 0;   // CLOCK_REALTIME and its like, gettimeofday, time
  std::int64_t monotonic_ns = 0;  // CLOCK_MONOTONIC and its like; clocks of processor time stay real
};

// Puts the code into a process that was just executed and hasn't run yet. Returns where in its memory the offsets are;
// 0 when that isn't possible, and errno or `why` tells the reason.
[[nodiscard]] std::uint64_t patch_clocks(pid_t process, const char*& why);

// `where` is what patch_clocks returned for the process, or for the one it was forked from.
[[nodiscard]] bool set_offsets(int memory_fd, std::uint64_t where, const Offsets& offsets);

}  // namespace taara::fast_time
