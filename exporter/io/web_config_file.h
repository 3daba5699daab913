// SPDX-License-Identifier: Apache-2.0
// Loads the file of --web.config.file with everything that it names.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/config_problem.h"
#include "core/web_config.h"
#include "io/tls_context.h"

namespace taara {

struct LoadedWebConfig {
  WebConfig config;
  TlsContext tls;                  // null without TLS
  std::vector<std::string> notes;  // what is good enough to go on, and worth a warning
};

struct WebConfigRead {
  std::variant<LoadedWebConfig, std::vector<ConfigProblem>> result;
  std::vector<std::string> files;  // what it depends on, also when it is bad
};

// Strictly: everything is right, or everything that is wrong is told. Never waits and never throws on any content. At
// most 1 MiB.
[[nodiscard]] WebConfigRead load_web_config(const std::string& path);

}  // namespace taara
