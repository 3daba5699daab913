// SPDX-License-Identifier: Apache-2.0
#include "app/probe_command.h"

#include <algorithm>
#include <iostream>

#include "app/probe.h"
#include "app/reloader.h"
#include "io/http.h"
#include "io/secret_file.h"
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

const Household* chosen(const Config& config, const Arguments& arguments) {
  if (!arguments.household) return config.households.size() == 1 ? &config.households.front() : nullptr;
  const auto found = std::find_if(config.households.begin(), config.households.end(),
                                  [&](const Household& household) { return household.name == *arguments.household; });
  return found == config.households.end() ? nullptr : &*found;
}

}  // namespace

int probe_command(const Arguments& arguments) {
  auto loaded = load_configured(arguments);
  if (const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&loaded)) {
    for (const ConfigProblem& problem : *problems)
      std::cerr << "taara_exporter: " << describe(arguments.config_file, problem) << '\n';
    return static_cast<int>(exit_code_for(*problems));
  }
  const Config& config = std::get<Config>(loaded);
  const Household* const household = chosen(config, arguments);
  if (household == nullptr) {
    std::cerr << "taara_exporter: say which household with --household NAME. There are:";
    for (const Household& known : config.households) std::cerr << ' ' << known.name;
    std::cerr << '\n';
    return static_cast<int>(ExitCode::usage);
  }
  auto http = Http::create();
  if (!http) {
    std::cerr << "taara_exporter: " << http.error().what << '\n';
    return static_cast<int>(ExitCode::os);
  }
  const SystemClock clock;
  return probe(
      std::make_shared<const Household>(*household), [&] { return read_secret(household->account.secret_file); },
      [&](const HttpRequest& request) { return carry(*http.value(), request, config.polling, clock); }, clock,
      std::cout);
}

}  // namespace taara
