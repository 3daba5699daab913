// SPDX-License-Identifier: Apache-2.0
#include "app/forget_command.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>

#include "app/chosen_household.h"
#include "app/command_failure.h"
#include "core/in_quotes.h"
#include "io/store_forget.h"
#include "io/system_clock.h"

namespace taara {
namespace {

constexpr std::string_view kDeed = "forget";

bool answered_yes(const std::string& question) {
  std::cout << question << " [yes/no] " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "yes" || answer == "y");
}

ExitCode look_at_damaged_files(const Arguments& arguments, const StoreForget& store) {
  const auto files = store.damaged_files();
  if (files.empty()) return ExitCode::ok;
  std::cout
      << "These databases were damaged and put aside; they may still hold data of this household, and of others:\n";
  for (const std::string& file : files) std::cout << "  " << file << '\n';
  const bool ask = !arguments.damaged_files && !arguments.yes;
  if (arguments.damaged_files || (ask && answered_yes("Delete them, too?"))) {
    if (auto removed = store.remove(files); !removed) return store_failed(removed.error(), kDeed);
    std::cout << "They are deleted.\n";
  } else {
    std::cout << "They were left. Delete them by hand, or with --damaged-files.\n";
  }
  return ExitCode::ok;
}

ExitCode not_known(const Arguments& arguments, StoreForget& store) {
  const std::string& name = *arguments.household;
  const auto known = store.households();
  if (!known) return store_failed(known.error(), kDeed);
  std::string text = "nothing is stored about " + in_quotes(name);
  for (std::size_t i = 0; i < known->size(); ++i) text += (i == 0 ? "; there are: " : " ") + (*known)[i];
  (void)failed(text, ExitCode::usage);
  const ExitCode code = look_at_damaged_files(arguments, store);
  return code == ExitCode::ok ? ExitCode::usage : code;
}

ExitCode forget(const Arguments& arguments, const Config& config) {
  const std::string& name = *arguments.household;
  auto store = StoreForget::open(config.store.path, SystemClock().wall(), tell_notice);
  if (!store) return store_failed(store.error(), kDeed);
  const auto rows = (*store)->rows_of(name);
  if (!rows) return store_failed(rows.error(), kDeed);
  if (!*rows) return not_known(arguments, **store);
  if (!arguments.yes &&
      !answered_yes("Erase " + std::to_string(**rows) + " rows, everything stored about " + name + "?")) {
    std::cout << "Nothing was erased.\n";
    return ExitCode::usage;
  }
  if (auto erased = (*store)->erase(name); !erased) return store_failed(erased.error(), kDeed);
  std::cout << "Everything stored about " << name << " is erased (" << **rows << " rows).\n";
  const bool configured_still = std::any_of(config.households.begin(), config.households.end(),
                                            [&](const Household& household) { return household.name == name; });
  if (configured_still) {
    std::cout << name << " is still in " << arguments.config_file
              << ": an exporter that starts with it begins its history anew.\n";
  }
  return look_at_damaged_files(arguments, **store);
}

}  // namespace

ExitCode forget_command(const Arguments& arguments) {
  if (!arguments.household)
    return failed("say whom to forget with --household NAME; see taara_exporter forget --help", ExitCode::usage);
  if (!arguments.yes && ::isatty(STDIN_FILENO) == 0)
    return failed("there is no terminal to ask on; say --yes when you are sure", ExitCode::usage);
  const auto loaded = configured(arguments, SecretsAre::not_needed, std::cerr);
  if (const auto* const code = std::get_if<ExitCode>(&loaded)) return *code;
  return forget(arguments, std::get<Config>(loaded));
}

}  // namespace taara
