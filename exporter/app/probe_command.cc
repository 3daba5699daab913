// SPDX-License-Identifier: Apache-2.0
#include "app/probe_command.h"

#include <iostream>

#include "app/account_secrets.h"
#include "app/chosen_household.h"
#include "app/line_carrier.h"
#include "app/probe.h"
#include "io/http.h"
#include "io/system_clock.h"

namespace taara {

int probe_command(const Arguments& arguments) {
  const auto loaded = configured(arguments, SecretsAre::needed, std::cerr);
  if (const auto* const code = std::get_if<ExitCode>(&loaded)) return static_cast<int>(*code);
  const Config& config = std::get<Config>(loaded);
  const Household* const household = chosen_household(config, arguments.household, std::cerr);
  if (household == nullptr) return static_cast<int>(ExitCode::usage);
  auto http = Http::create();
  if (!http) {
    std::cerr << "taara_exporter: " << http.error().what << '\n';
    return static_cast<int>(ExitCode::os);
  }
  const SystemClock clock;
  AccountSecrets secrets;
  const auto never = [] { return false; };
  const Probed probed = probe(
      std::make_shared<const Household>(*household), [&] { return secrets.read(household->account); },
      [&](const HttpRequest& request) {
        return carry(**http, request, limits_of(*household, config.polling), clock.wall(), never);
      },
      clock, std::cout);
  return probed.usable ? 0 : 1;
}

}  // namespace taara
