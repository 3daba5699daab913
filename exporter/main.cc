// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <span>

#include "app/arguments.h"
#include "app/backtest_command.h"
#include "app/daemon.h"
#include "app/forecast_command.h"
#include "app/probe_command.h"

int main(int argc, char** argv) {
  using taara::Command;
  taara::prepare_process();
  const std::span words(argv, static_cast<std::size_t>(argc));
  const auto parsed = taara::parse_arguments(words.subspan(words.empty() ? 0 : 1));
  if (!parsed) {
    std::cerr << "taara_exporter: " << parsed.error().what << '\n';
    return static_cast<int>(taara::ExitCode::usage);
  }
  const taara::Arguments& arguments = parsed.value();
  if (arguments.help) {
    std::cout << taara::help_text(arguments.command_given ? std::optional(arguments.command) : std::nullopt);
    return 0;
  }
  if (arguments.version) {
    std::cout << taara::version_text();
    return 0;
  }
  if (arguments.command == Command::probe) return taara::probe_command(arguments);
  if (arguments.command == Command::forecast || arguments.command == Command::backtest) {
    taara::end_on_signals();
    return static_cast<int>(arguments.command == Command::forecast ? taara::forecast_command(arguments)
                                                                   : taara::backtest_command(arguments));
  }
  return static_cast<int>(taara::serve(arguments));
}
