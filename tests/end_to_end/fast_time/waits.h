// SPDX-License-Identifier: Apache-2.0
// What a thread waits for, and until when, as /proc tells it.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <cstdint>
#include <optional>

namespace taara::fast_time {

struct SystemCall {
  std::int64_t number = -1;
  std::array<std::uint64_t, 6> arguments{};

  friend bool operator==(const SystemCall&, const SystemCall&) = default;
};

// The times of the world that the traced processes live in.
struct Now {
  std::int64_t realtime_ns = 0;
  std::int64_t monotonic_ns = 0;
};

enum class Activity : unsigned char {
  busy,       // it runs, or will go on without anybody's help (the disk answers)
  waiting,    // until somebody does something
  timed_wait  // or until its time has come
};

struct Wait {
  Activity activity = Activity::busy;
  SystemCall call;
  std::int64_t deadline_ns = 0;  // monotonic time of the traced
  std::int64_t length_ns = 0;    // asked for; what was left at first sight, when the deadline was asked for
};

// `memory_fd` is the thread's /proc/PID/mem. `now` is when the wait began.
[[nodiscard]] Wait wait_of(const SystemCall& call, int memory_fd, const Now& now);

// Lets a wait end now as if its time had come. `registers` are those of a thread that was interrupted in it.
// False, and nothing changed, when it isn't in that wait any more, or that has a result already.
[[nodiscard]] bool end_wait(const Wait& wait, int memory_fd, user_regs_struct& registers);

// For a thread that was interrupted in another wait than thought: lets it begin that anew under its own name, as it
// would otherwise go on as restart_syscall, which doesn't tell what it waits for. False: nothing changed.
[[nodiscard]] bool begin_again(user_regs_struct& registers);

}  // namespace taara::fast_time
