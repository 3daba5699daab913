// SPDX-License-Identifier: Apache-2.0
// The traced programs, their clocks, and the rule by which time passes: as usual while any of them has something to
// do; once all of them wait, it jumps to the moment at which the first one would go on.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "clock_patch.h"
#include "traced_thread.h"

namespace taara::fast_time {

class World {
 public:
  // `start_ns`: what CLOCK_REALTIME shows at the begin; not in the past. `grain_ns`: time jumps to multiples of that,
  // so that many waits end at once, later than asked for by that at most.
  World(std::int64_t start_ns, std::int64_t grain_ns);

  // Starts the command, stopped before its first instruction. Empty when all is well, else what is wrong.
  [[nodiscard]] std::string start(const std::vector<std::string>& command);

  // Takes what has happened, and lets time jump if nothing goes on. True: something moved, look again soon.
  [[nodiscard]] bool turn();

  [[nodiscard]] bool ended() const { return exit_code_ >= 0; }
  [[nodiscard]] int exit_code() const { return exit_code_; }  // 128 + signal when one ended the command
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  void pass_on(int signal) const;

  [[nodiscard]] Now now() const;
  [[nodiscard]] std::int64_t jumps() const { return jumps_; }

 private:
  struct Process {
    File memory;
    std::uint64_t offsets_at = 0;  // 0: the clocks are real
  };

  bool take_events();
  void take(pid_t thread, int status);
  void take_child(pid_t parent, pid_t child);
  void take_exec(pid_t process);
  void add(pid_t process, pid_t thread);
  void go_on(pid_t thread, int signal = 0);
  void wake(pid_t thread, TracedThread& which);
  [[nodiscard]] bool all_wait();
  [[nodiscard]] bool jump();

  Offsets offsets_;
  std::int64_t grain_ns_;
  pid_t root_ = 0;
  int exit_code_ = -1;
  std::int64_t jumps_ = 0;
  std::string trouble_;
  pid_t last_busy_ = 0;
  std::map<pid_t, TracedThread> threads_;
  std::map<pid_t, Process> processes_;
  std::set<pid_t> early_;  // children that stopped before their parents told of them
};

}  // namespace taara::fast_time
