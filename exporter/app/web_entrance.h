// SPDX-License-Identifier: Apache-2.0
// Who may come in to the web server: the file of --web.config.file while the daemon runs, and what is said of logins in
// the log and the metrics.
#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "app/arguments.h"
#include "app/own_metrics.h"
#include "app/poller.h"
#include "core/config_problem.h"
#include "io/login_guard.h"
#include "io/watched_web_config.h"
#include "io/web_server.h"

namespace taara {

// Whether we may listen where we are told to; `strangers_kept_out` by the web configuration.
[[nodiscard]] std::vector<ConfigProblem> listening_problems(const Arguments& arguments, const Config& config,
                                                            bool strangers_kept_out);

// The file as it is now, for the start and for --config.check. No problems where none is named. Sets `kept_out`.
[[nodiscard]] std::vector<ConfigProblem> web_file_problems(const Arguments& arguments, bool& strangers_kept_out);

class WebEntrance {
 public:
  // All must outlive it. Error: what is wrong with the file, in lines; with no file named it always opens.
  [[nodiscard]] static Result<std::unique_ptr<WebEntrance>> open(const Arguments& arguments, const Config& config,
                                                                 const Clock& clock, Poller& poller, Log& log);

  // Reads the file again; the error lists every problem of it.
  [[nodiscard]] Result<void> reload();
  // Absent without a file: everybody may come in.
  [[nodiscard]] std::optional<WebAccess> access();
  [[nodiscard]] bool keeps_strangers_out();
  // Fills in what the log and the metrics want to know of logins.
  static void watch(WebEvents& events, OwnMetrics& own, Log& log);

 private:
  WebEntrance(const Clock& clock, Log& log);

  std::string path_;
  std::unique_ptr<WatchedWebConfig> watched_;
  LoginGuard guard_;
};

}  // namespace taara
