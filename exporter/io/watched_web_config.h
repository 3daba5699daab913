// SPDX-License-Identifier: Apache-2.0
// The web configuration while the daemon runs: re-read when one of its files has changed. A bad new one changes
// nothing, and neither does one that would lower the guard: TLS, passwords and client certificates go with a restart
// only, so that a file caught while it is being written opens no door. From any thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "io/file_mark.h"
#include "io/web_config_file.h"

namespace taara {

class WatchedWebConfig {
 public:
  using Current = std::shared_ptr<const LoadedWebConfig>;
  // Called once for each attempt to take changed files; no problems: they were taken, with these notes.
  using Reread = std::function<void(const std::vector<ConfigProblem>& problems, const std::vector<std::string>& notes)>;

  // `keep_strangers_out`: a file without TLS and authentication is refused, because of where we listen.
  [[nodiscard]] static std::variant<std::unique_ptr<WatchedWebConfig>, std::vector<ConfigProblem>> open(
      const std::string& path, bool keep_strangers_out, Reread reread);

  // What holds now: looks whether a file has changed, which takes microseconds. Never waits for another thread that is
  // doing so.
  [[nodiscard]] Current current();
  // Reads the files, changed or not, and tells Reread. The problems; none: they were taken.
  [[nodiscard]] std::vector<ConfigProblem> reload();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  WatchedWebConfig(std::string path, bool keep_strangers_out, Reread reread);
  [[nodiscard]] std::vector<ConfigProblem> read();
  [[nodiscard]] std::vector<ConfigProblem> read_and_tell();
  [[nodiscard]] Current held() const;
  [[nodiscard]] std::vector<ConfigProblem> why_not(const LoadedWebConfig& next) const;

  const std::string path_;
  const bool keep_strangers_out_;
  const Reread reread_;

  std::mutex reading_;  // held while files are looked at
  std::vector<std::string> files_;
  std::vector<FileMark> marks_;

  mutable std::mutex current_mutex_;
  Current current_;
};

}  // namespace taara
