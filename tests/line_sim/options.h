// SPDX-License-Identifier: Apache-2.0
// What the command line asks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "line_sim/exporter_config.h"
#include "line_sim/history.h"
#include "line_sim/http_server.h"

namespace taara::line_sim {

struct Options {
  enum class Task { serve, help, list_faults, print_history, print_config };
  Task task = Task::serve;
  LineSettings line;
  ServerSettings server;
  std::optional<Time> start;
  double speed = 1;
  std::vector<PlacedFault> faults;
  std::string port_file;
  HistorySpan history;
  ExporterConfig exporter;
};

[[nodiscard]] Result<Options> parse_options(int argc, const char* const* argv);
[[nodiscard]] std::string help_text();

}  // namespace taara::line_sim
