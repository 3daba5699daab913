// SPDX-License-Identifier: Apache-2.0
// How the program ends, in the manner of sysexits.h. The service file restarts it except where that can't help.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/config_problem.h"
#include "core/result.h"

namespace taara {

enum class ExitCode {
  ok = 0,
  config_check_failed = 2,  // --config.check found something
  usage = 64,
  newer_data = 65,
  wrong_history = 65,  // data that this program can't take, as above: the code says no more than that
  input = 66,
  port = 69,
  os = 71,
  state_directory = 73,
  disk = 74,
  second_instance = 75,
  permission = 77,
  config = 78,
};

struct ExitMeaning {
  ExitCode code;
  std::string_view meaning;
};
// Every code with its meaning, for the help and the documents.
[[nodiscard]] std::span<const ExitMeaning> exit_meanings();

// The general rule; where the same error means something else (a busy port, a state directory that can't be made) the
// caller knows better.
[[nodiscard]] ExitCode exit_code_for(Errc code);
// permission where nothing but permissions (or a missing secret) is wrong, else config.
[[nodiscard]] ExitCode exit_code_for(const std::vector<ConfigProblem>& problems);

}  // namespace taara
