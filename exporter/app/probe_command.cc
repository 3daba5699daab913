// SPDX-License-Identifier: Apache-2.0
#include "app/probe_command.h"

#include <iostream>

#include "app/account_secrets.h"
#include "app/chosen_household.h"
#include "app/probe.h"
#include "io/http.h"
#include "io/system_clock.h"

namespace taara {
namespace {

HttpResult carry(Http& http, const HttpRequest& request, const Polling& polling, const Clock& clock) {
  const auto id =
      http.start(request, {.connect_timeout = polling.connect_timeout, .timeout = polling.timeout}, clock.wall());
  for (;;)
    for (HttpDone& done : http.step(polling.timeout))
      if (done.id == id) return std::move(done.result);
}

}  // namespace

int probe_command(const Arguments& arguments) {
  const auto loaded = configured(arguments, std::cerr);
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
  return probe(
      std::make_shared<const Household>(*household), [&] { return secrets.read(household->account); },
      [&](const HttpRequest& request) { return carry(*http.value(), request, config.polling, clock); }, clock,
      std::cout);
}

}  // namespace taara
