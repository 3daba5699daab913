// SPDX-License-Identifier: Apache-2.0
// Takes a changed configuration file while the daemon runs, if it is good as a whole; else the old one stays.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "app/arguments.h"
#include "app/poller.h"
#include "app/web_entrance.h"
#include "core/config_problem.h"
#include "io/sealed_reader.h"

namespace taara {

// The file with what the command line says instead of it.
[[nodiscard]] std::variant<Config, std::vector<ConfigProblem>> load_configured(const Arguments& arguments,
                                                                               SealedReader& sealed);

class Reloader {
 public:
  // All outlive this. `running` is what the daemon was started with.
  Reloader(const Arguments& arguments, std::shared_ptr<const Config> running, SealedReader& sealed, Poller& poller,
           WebEntrance& entrance, Log& log)
      : arguments_(arguments),
        running_(std::move(running)),
        sealed_(sealed),
        poller_(poller),
        entrance_(entrance),
        log_(log),
        households_(running_->households.size()) {}

  // From any thread; one at a time. Each of the two files is taken if it is good as a whole. The error lists every
  // problem of both.
  [[nodiscard]] Result<void> reload();
  // How many are polled by the configuration in force. From any thread.
  [[nodiscard]] std::size_t households() const { return households_; }

 private:
  [[nodiscard]] Result<void> reload_config();
  void tell_what_needs_a_restart(const Config& next);

  const Arguments& arguments_;
  std::shared_ptr<const Config> running_;
  SealedReader& sealed_;  // kept: anybody on the machine may ask for a reload, and opening costs 64 MiB
  Poller& poller_;
  WebEntrance& entrance_;
  Log& log_;
  std::mutex mutex_;
  std::atomic<std::size_t> households_;
};

}  // namespace taara
