// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <span>

#include "app/arguments.h"
#include "app/backtest_command.h"
#include "app/credentials_command.h"
#include "app/daemon.h"
#include "app/export_command.h"
#include "app/forecast_command.h"
#include "app/forget_command.h"
#include "app/import_command.h"
#include "app/probe_command.h"
#include "app/setup_command.h"

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
  const bool watches_signals = arguments.command == Command::serve || arguments.command == Command::setup;
  if (!watches_signals) taara::end_on_signals();
  switch (arguments.command) {
    case Command::serve:
      return static_cast<int>(taara::serve(arguments));
    case Command::probe:
      return taara::probe_command(arguments);
    case Command::export_history:
      return static_cast<int>(taara::export_command(arguments));
    case Command::import_history:
      return static_cast<int>(taara::import_command(arguments));
    case Command::forget:
      return static_cast<int>(taara::forget_command(arguments));
    case Command::forecast:
      return static_cast<int>(taara::forecast_command(arguments));
    case Command::backtest:
      return static_cast<int>(taara::backtest_command(arguments));
    case Command::setup:
      return taara::setup_command(arguments);
    case Command::credentials:
      return static_cast<int>(taara::credentials_command(arguments));
  }
  return static_cast<int>(taara::ExitCode::usage);
}
