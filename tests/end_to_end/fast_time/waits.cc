// SPDX-License-Identifier: Apache-2.0
#include "waits.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace taara::fast_time {
namespace {

constexpr std::int64_t kBillion = 1'000'000'000;
constexpr std::int64_t kRestartBlock = -516;  // the kernel's ERESTART_RESTARTBLOCK
constexpr std::int64_t kLongestSeconds = 100LL * 366 * 86'400;

// Absent for a null pointer: no limit of time.
template <class Pair>
std::optional<std::int64_t> read_ns(int memory_fd, std::uint64_t at, std::int64_t nanoseconds_per_unit) {
  Pair pair{};
  if (at == 0 || pread(memory_fd, &pair, sizeof pair, static_cast<off_t>(at)) != sizeof pair) return std::nullopt;
  std::array<std::int64_t, 2> words{};
  static_assert(sizeof pair == sizeof words);
  std::copy_n(reinterpret_cast<const std::int64_t*>(&pair), 2, words.begin());
  return std::clamp<std::int64_t>(words[0], 0, kLongestSeconds) * kBillion + words[1] * nanoseconds_per_unit;
}

std::optional<std::int64_t> timespec_ns(int memory_fd, std::uint64_t at) { return read_ns<timespec>(memory_fd, at, 1); }

Wait lasting(const SystemCall& call, const Now& now, std::optional<std::int64_t> length_ns) {
  if (!length_ns) return {Activity::waiting, call, 0, 0};
  return {Activity::timed_wait, call, now.monotonic_ns + *length_ns, *length_ns};
}

Wait lasting_ms(const SystemCall& call, const Now& now, std::uint64_t argument) {
  const auto milliseconds = static_cast<std::int32_t>(argument);
  if (milliseconds < 0) return lasting(call, now, std::nullopt);
  // Programs often cut the part below a millisecond off; one more spares them a second, very short wait.
  return lasting(call, now, (milliseconds + 1) * std::int64_t{1'000'000});
}

Wait lasting_until(const SystemCall& call, const Now& now, std::optional<std::int64_t> deadline_ns, bool realtime) {
  if (!deadline_ns) return lasting(call, now, std::nullopt);
  return lasting(call, now, *deadline_ns - (realtime ? now.realtime_ns : now.monotonic_ns));
}

Wait futex_wait(const SystemCall& call, int memory_fd, const Now& now) {
  const auto timeout = timespec_ns(memory_fd, call.arguments[3]);
  const bool realtime = (call.arguments[1] & FUTEX_CLOCK_REALTIME) != 0;
  switch (call.arguments[1] & static_cast<unsigned>(FUTEX_CMD_MASK)) {
    case FUTEX_WAIT:
      return lasting(call, now, timeout);
    case FUTEX_WAIT_BITSET:
      return lasting_until(call, now, timeout, realtime);
    case FUTEX_LOCK_PI:
      return lasting_until(call, now, timeout, true);
    default:
      return {};
  }
}

// select whose time has come found nothing, which it says by empty sets.
void clear_sets(const SystemCall& call, int memory_fd) {
  constexpr std::array<char, 128> kNothing{};
  const std::size_t bytes = std::min<std::size_t>((call.arguments[0] + 63) / 64 * 8, kNothing.size());
  for (const std::uint64_t set : {call.arguments[1], call.arguments[2], call.arguments[3]})
    if (set != 0) (void)!pwrite(memory_fd, kNothing.data(), bytes, static_cast<off_t>(set));
}

}  // namespace

Wait wait_of(const SystemCall& call, int memory_fd, const Now& now) {
  const auto& argument = call.arguments;
  switch (call.number) {
    case SYS_futex:
      return futex_wait(call, memory_fd, now);
    case SYS_poll:
      return lasting_ms(call, now, argument[2]);
    case SYS_epoll_wait:
    case SYS_epoll_pwait:
      return lasting_ms(call, now, argument[3]);
    case SYS_epoll_pwait2:
      return lasting(call, now, timespec_ns(memory_fd, argument[3]));
    case SYS_ppoll:
    case SYS_rt_sigtimedwait:
      return lasting(call, now, timespec_ns(memory_fd, argument[2]));
    case SYS_pselect6:
      return lasting(call, now, timespec_ns(memory_fd, argument[4]));
    case SYS_select:
      return lasting(call, now, read_ns<timeval>(memory_fd, argument[4], 1000));
    case SYS_nanosleep:
      return lasting(call, now, timespec_ns(memory_fd, argument[0]));
    case SYS_clock_nanosleep: {
      const auto time = timespec_ns(memory_fd, argument[2]);
      if ((argument[1] & TIMER_ABSTIME) == 0) return lasting(call, now, time);
      return lasting_until(call, now, time, argument[0] == CLOCK_REALTIME);
    }
    case SYS_read:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_accept:
    case SYS_accept4:
    case SYS_wait4:
    case SYS_waitid:
    case SYS_pause:
    case SYS_rt_sigsuspend:
      return {Activity::waiting, call, 0, 0};
    default:
      return {};
  }
}

bool end_wait(const Wait& wait, int memory_fd, user_regs_struct& registers) {
  // How the kernel marks an interrupted call on its way out; the first is final for epoll, the others lead to a
  // restart.
  constexpr std::array<std::int64_t, 5> kInterrupted{-EINTR, -512, -513, -514, kRestartBlock};
  const auto result = static_cast<std::int64_t>(registers.rax);
  const auto number = static_cast<std::int64_t>(registers.orig_rax);
  if (number != wait.call.number && number != SYS_restart_syscall) return false;
  if (std::find(kInterrupted.begin(), kInterrupted.end(), result) == kInterrupted.end()) return false;
  if (registers.rdi != wait.call.arguments[0] || registers.rsi != wait.call.arguments[1]) return false;
  if (number == SYS_select || number == SYS_pselect6) clear_sets(wait.call, memory_fd);
  std::int64_t timed_out = 0;
  if (wait.call.number == SYS_futex) timed_out = -ETIMEDOUT;
  if (wait.call.number == SYS_rt_sigtimedwait) timed_out = -EAGAIN;
  registers.rax = static_cast<unsigned long long>(timed_out);
  registers.orig_rax = ~0ULL;  // nothing to restart
  return true;
}

bool begin_again(user_regs_struct& registers) {
  constexpr unsigned kSyscallInstruction = 2;  // bytes
  const auto number = static_cast<std::int64_t>(registers.orig_rax);
  if (static_cast<std::int64_t>(registers.rax) != kRestartBlock || number < 0 || number == SYS_restart_syscall)
    return false;
  registers.rax = registers.orig_rax;
  registers.rip -= kSyscallInstruction;
  registers.orig_rax = ~0ULL;
  return true;
}

}  // namespace taara::fast_time
