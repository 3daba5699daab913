// SPDX-License-Identifier: Apache-2.0
// The command line. No secret is ever given here: everybody on the machine can read it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/result.h"

namespace taara {

enum class Command { serve, probe };

struct Arguments {
  Command command = Command::serve;
  bool command_given = false;  // decides which help is meant
  bool help = false;           // nothing else is done; wins over version
  bool version = false;
  bool check_config = false;
  std::string config_file = "/etc/taara/taara.yml";
  std::vector<ListenAddress> listen;  // not empty: instead of the file's
  std::optional<LogLevel> log_level;  // instead of the file's
  std::optional<LogFormat> log_format;
  std::optional<std::string> household;  // probe: which one
};

// The words after the program's name. The error is a sentence for stderr with what to do; the exit code is usage.
[[nodiscard]] Result<Arguments> parse_arguments(std::span<const char* const> words);

// What --help prints: for a command, or for the whole program.
[[nodiscard]] std::string help_text(std::optional<Command> command);
[[nodiscard]] std::string version_text();

}  // namespace taara
