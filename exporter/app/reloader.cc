// SPDX-License-Identifier: Apache-2.0
#include "app/reloader.h"

#include "app/standby.h"
#include "io/config_file.h"

namespace taara {

std::variant<Config, std::vector<ConfigProblem>> load_configured(const Arguments& arguments, SealedReader& sealed) {
  auto loaded = load_config(arguments.config_file, sealed);
  if (auto* const config = std::get_if<Config>(&loaded)) {
    if (!arguments.listen.empty()) config->listen = arguments.listen;
    if (!arguments.standby.empty()) {
      if (auto problem = standby_problem(arguments.standby, config->store.path))
        return std::vector{*std::move(problem)};
      config->store.path = arguments.standby;
    }
    config->log_level = arguments.log_level.value_or(config->log_level);
    config->log_format = arguments.log_format.value_or(config->log_format);
  }
  return loaded;
}

Result<void> Reloader::reload() {
  const std::lock_guard lock(mutex_);
  const auto web = entrance_.reload();
  const auto config = reload_config();
  if (web.has_error() && config.has_error()) return Error{Errc::invalid, config.error().what + "\n" + web.error().what};
  return web.has_error() ? web : config;
}

Result<void> Reloader::reload_config() {
  auto loaded = load_configured(arguments_, sealed_);
  if (const auto* const good = std::get_if<Config>(&loaded))
    if (auto problems = listening_problems(arguments_, *good, entrance_.keeps_strangers_out()); !problems.empty())
      loaded = std::move(problems);
  if (const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&loaded)) {
    std::string all;
    for (const ConfigProblem& problem : *problems) {
      const std::string text = describe(arguments_.config_file, problem);
      log_.write(LogLevel::error, "the configuration was not taken; the old one stays", {{"problem", text}});
      all += (all.empty() ? "" : "\n") + text;
    }
    poller_.reload_failed();
    return Error{Errc::invalid, all};
  }
  auto config = std::make_shared<const Config>(std::get<Config>(std::move(loaded)));
  tell_what_needs_a_restart(*config);
  log_.set(config->log_level, config->log_format);
  poller_.reload(config);
  households_ = config->households.size();
  log_.write(LogLevel::info, "the configuration was taken",
             {{"households", static_cast<std::int64_t>(config->households.size())}});
  return {};
}

void Reloader::tell_what_needs_a_restart(const Config& next) {
  if (next.listen != running_->listen)
    log_.write(LogLevel::warn, "a changed web.listen_address is used after a restart");
  if (!(next.store == running_->store)) log_.write(LogLevel::warn, "changed store settings are used after a restart");
}

}  // namespace taara
