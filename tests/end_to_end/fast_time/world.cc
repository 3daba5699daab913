// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

namespace taara::fast_time {
namespace {

// Shorter waits are for something that is about to come (Go's scheduler looks after itself so). They have a raster of
// their own, whatever the grain.
constexpr std::int64_t kShortWaitNs = 20'000'000;
constexpr int kLooks = 4;

std::int64_t real_ns(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
}

File memory_of(pid_t process) {
  return File(open(("/proc/" + std::to_string(process) + "/mem").c_str(), O_RDWR | O_CLOEXEC));
}

// ptrace takes some of its numbers as pointers.
long trace(int request, pid_t thread, std::uint64_t data) {
  return ptrace(static_cast<__ptrace_request>(request), thread, nullptr, data);
}

[[noreturn]] void become(const std::vector<std::string>& command, int go_fd) {
  char byte = 0;
  if (read(go_fd, &byte, 1) != 1) _exit(126);
  close(go_fd);
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvp(words[0], words.data());
  const std::string text = "fast_time: " + command[0] + " can't be run: " + std::strerror(errno) + "\n";
  (void)!write(STDERR_FILENO, text.data(), text.size());
  _exit(errno == ENOENT ? 127 : 126);
}

}  // namespace

World::World(std::int64_t start_ns, std::int64_t grain_ns) : grain_ns_(grain_ns) {
  offsets_.realtime_ns = std::max<std::int64_t>(0, start_ns - real_ns(CLOCK_REALTIME));
}

Now World::now() const {
  return {real_ns(CLOCK_REALTIME) + offsets_.realtime_ns, real_ns(CLOCK_MONOTONIC) + offsets_.monotonic_ns};
}

std::string World::start(const std::vector<std::string>& command) {
  std::array<int, 2> go{};
  if (pipe2(go.data(), O_CLOEXEC) != 0) return std::string("no pipe: ") + std::strerror(errno);
  const File go_read(go[0]);
  const File go_write(go[1]);
  root_ = fork();
  if (root_ < 0) return std::string("no process: ") + std::strerror(errno);
  if (root_ == 0) become(command, go[0]);
  constexpr auto kOptions = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |
                            static_cast<unsigned>(PTRACE_O_EXITKILL);
  if (trace(PTRACE_SEIZE, root_, kOptions) != 0) {
    const std::string why = std::strerror(errno);
    kill(root_, SIGKILL);
    waitpid(root_, nullptr, 0);
    return "ptrace is refused here: " + why;
  }
  add(root_, root_);
  (void)!write(go[1], "", 1);
  return "";
}

void World::add(pid_t process, pid_t thread) {
  threads_.try_emplace(thread, process, thread);
  auto& known = processes_[process];
  if (known.memory.get() < 0) known.memory = memory_of(process);
}

void World::go_on(pid_t thread, int signal) { trace(PTRACE_CONT, thread, static_cast<unsigned>(signal)); }

void World::pass_on(int signal) const { kill(root_, signal); }

void World::take_child(pid_t parent, pid_t child) {
  const auto known = threads_.find(parent);
  const pid_t process = process_of(child);
  if (known == threads_.end() || process == 0) return;
  const pid_t from = known->second.process();
  add(process, child);
  if (process != from) {
    Process& born = processes_[process];
    born.offsets_at = processes_[from].offsets_at;
    // It was copied before this moment, and time may have jumped since.
    if (born.offsets_at != 0) (void)set_offsets(born.memory.get(), born.offsets_at, offsets_);
  }
  if (early_.erase(child) != 0) go_on(child);
}

void World::take_exec(pid_t process) {
  // Only this thread is left, under the name of its process.
  std::erase_if(threads_, [&](const auto& one) { return one.second.process() == process; });
  processes_.erase(process);
  add(process, process);
  const char* why = nullptr;
  Process& changed = processes_[process];
  changed.offsets_at = patch_clocks(process, why);
  if (changed.offsets_at == 0 || !set_offsets(changed.memory.get(), changed.offsets_at, offsets_))
    trouble_ = why != nullptr ? why : std::string("the clocks can't be changed: ") + std::strerror(errno);
}

void World::wake(pid_t thread, TracedThread& which) {
  which.to_be_woken = false;
  user_regs_struct registers{};
  const int memory = processes_[which.process()].memory.get();
  if (ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return;
  if (end_wait(which.wait(), memory, registers) || begin_again(registers))
    ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
}

void World::take(pid_t thread, int status) {
  if (WIFEXITED(status) || WIFSIGNALED(status)) {
    if (thread == root_) exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    threads_.erase(thread);
    processes_.erase(thread);
    early_.erase(thread);
    return;
  }
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (!threads_.contains(thread)) {
    const pid_t process = process_of(thread);
    if (!processes_.contains(process)) {
      early_.insert(thread);
      return;
    }
    add(process, thread);
  }
  unsigned long told = 0;
  switch (event) {
    case 0:
      return go_on(thread, signal);
    case PTRACE_EVENT_CLONE:
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
      if (ptrace(PTRACE_GETEVENTMSG, thread, nullptr, &told) == 0) take_child(thread, static_cast<pid_t>(told));
      break;
    case PTRACE_EVENT_EXEC:
      take_exec(thread);
      break;
    case PTRACE_EVENT_STOP:
      if (signal != SIGTRAP) {  // stopped like by ^Z: it stays so, and time stands as far as it is concerned
        trace(PTRACE_LISTEN, thread, 0);
        return;
      }
      if (TracedThread& which = threads_.at(thread); which.to_be_woken) wake(thread, which);
      break;
    default:
      break;
  }
  go_on(thread);
}

bool World::take_events() {
  bool any = false;
  int status = 0;
  for (pid_t thread = 0; (thread = waitpid(-1, &status, __WALL | WNOHANG)) > 0; any = true) take(thread, status);
  return any;
}

bool World::all_wait() {
  const Now at = now();
  const auto waits = [&](auto& one) {
    return one.second.still_waits(processes_[one.second.process()].memory.get(), at);
  };
  if (const auto last = threads_.find(last_busy_); last != threads_.end() && !waits(*last)) return false;
  bool all = !threads_.empty();
  for (auto& one : threads_) {
    if (waits(one)) continue;
    last_busy_ = one.first;
    all = false;
    if (one.second.wait().activity == Activity::busy) return false;
  }
  return all;
}

bool World::jump() {
  std::int64_t first = 0;
  bool is_short = false;
  for (const auto& [id, thread] : threads_) {
    if (thread.wait().activity != Activity::timed_wait) continue;
    if (first != 0 && thread.wait().deadline_ns >= first) continue;
    first = std::max<std::int64_t>(1, thread.wait().deadline_ns);
    is_short = thread.wait().length_ns < kShortWaitNs;
  }
  if (first == 0) return false;
  const Now before = now();
  std::int64_t target = first;
  if (grain_ns_ > 0) {
    const std::int64_t raster = is_short ? kShortWaitNs : grain_ns_;
    const std::int64_t past_mark = (before.realtime_ns + first - before.monotonic_ns) % raster;
    if (past_mark != 0) target += raster - past_mark;
  }
  const std::int64_t by = target - before.monotonic_ns;
  if (by > 0) {
    offsets_.monotonic_ns += by;
    offsets_.realtime_ns += by;
    ++jumps_;
    for (auto& [id, process] : processes_)
      if (process.offsets_at != 0) (void)set_offsets(process.memory.get(), process.offsets_at, offsets_);
  }
  for (auto& [id, thread] : threads_) {
    if (thread.wait().activity != Activity::timed_wait || thread.wait().deadline_ns > target) continue;
    thread.to_be_woken = trace(PTRACE_INTERRUPT, id, 0) == 0;
  }
  return true;
}

bool World::turn() {
  if (take_events()) return true;
  const auto told_to_stop = [](const auto& one) { return one.second.to_be_woken; };
  if (std::any_of(threads_.begin(), threads_.end(), told_to_stop)) return true;
  if (!early_.empty()) return false;
  // More than one look: a wake-up that is on its way to another processor shows nowhere until it arrives.
  for (int looks = 0; looks < kLooks; ++looks)
    if (!all_wait() || packets_under_way()) return false;
  if (take_events()) return true;
  return jump();
}

}  // namespace taara::fast_time
