// SPDX-License-Identifier: Apache-2.0
#include "app/chosen_household.h"

#include <algorithm>
#include <ostream>

#include "core/in_quotes.h"
#include "io/config_file.h"

namespace taara {

std::variant<Config, ExitCode> configured(const Arguments& arguments, SecretsAre secrets, std::ostream& err) {
  auto loaded = secrets == SecretsAre::needed ? load_config(arguments.config_file)
                                              : load_config_without_secrets(arguments.config_file);
  if (auto* const config = std::get_if<Config>(&loaded)) return std::move(*config);
  const auto& problems = std::get<std::vector<ConfigProblem>>(loaded);
  for (const ConfigProblem& problem : problems)
    err << "taara_exporter: " << describe(arguments.config_file, problem) << '\n';
  return exit_code_for(problems);
}

const Household* chosen_household(const Config& config, const std::optional<std::string>& name, std::ostream& err) {
  if (!name && config.households.size() == 1) return &config.households.front();
  const auto found = std::find_if(config.households.begin(), config.households.end(),
                                  [&](const Household& household) { return name && household.name == *name; });
  if (found != config.households.end()) return &*found;
  err << "taara_exporter: ";
  if (name) err << "there is no household " << in_quotes(*name) << " in the configuration; ";
  err << "say which household with --household NAME. There are:";
  constexpr std::size_t kMostTold = 20;
  for (std::size_t i = 0; i < std::min(config.households.size(), kMostTold); ++i)
    err << ' ' << config.households[i].name;
  err << (config.households.size() > kMostTold ? " and more\n" : "\n");
  return nullptr;
}

}  // namespace taara
