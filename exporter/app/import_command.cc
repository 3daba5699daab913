// SPDX-License-Identifier: Apache-2.0
#include "app/import_command.h"

#include <iostream>

#include "app/chosen_household.h"
#include "app/command_failure.h"
#include "app/history_import.h"
#include "core/in_quotes.h"
#include "io/store_import.h"
#include "io/system_clock.h"

namespace taara {
namespace {

constexpr std::string_view kDeed = "import";

ExitCode refused(const Arguments& arguments, const HistoryImport& history) {
  history.tell_problems(arguments.file, std::cerr);
  return failed("nothing was imported; mend the file, then import it again", ExitCode::input);
}

ExitCode take_in(const Arguments& arguments, const Config& config, const Household& household, Time now) {
  auto store = StoreImport::begin(config.store.path, now, tell_notice);
  if (!store) return store_failed(store.error(), kDeed);
  if (auto named = (*store)->household(household.name); !named) return store_failed(named.error(), kDeed);
  HistoryImport history(household, arguments.household.has_value(), now,
                        [&](const HistoryTable& table, const HistoryRow& row) { return (*store)->add(table, row); });
  const auto notes = read_history_file({arguments.file, arguments.format, arguments.series}, household, now, history);
  if (!notes) return failed(notes.error().what, ExitCode::input);
  if (history.failure()) return store_failed(*history.failure(), kDeed);
  if (!history.good()) return refused(arguments, history);
  if (history.rows() > 0) {
    if (auto kept = (*store)->commit(); !kept) {
      if (kept.error().code != Errc::invalid) return store_failed(kept.error(), kDeed);
      history.problem(0, kept.error().what);
      return refused(arguments, history);
    }
  }
  std::cout << arguments.file << ": ";
  for (std::size_t i = 0; i < notes->size(); ++i) std::cout << (i > 0 ? "; " : "") << (*notes)[i];
  std::cout << "\nhousehold " << household.name << (history.rows() > 0 ? ":\n" : ": there were no rows to import\n");
  history.tell_rows(std::cout);
  return ExitCode::ok;
}

}  // namespace

ExitCode import_command(const Arguments& arguments) {
  if (arguments.format && !import_format_named(*arguments.format)) {
    return failed("--format: found " + in_quotes(*arguments.format) +
                      "; allowed: json, csv, usage-csv or vnstat; see taara_exporter import --help",
                  ExitCode::usage);
  }
  const auto loaded = configured(arguments, SecretsAre::not_needed, std::cerr);
  if (const auto* const code = std::get_if<ExitCode>(&loaded)) return *code;
  const Config& config = std::get<Config>(loaded);
  const Household* const household = chosen_household(config, arguments.household, std::cerr);
  if (household == nullptr) return ExitCode::usage;
  return take_in(arguments, config, *household, SystemClock().wall());
}

}  // namespace taara
