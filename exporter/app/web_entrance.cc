// SPDX-License-Identifier: Apache-2.0
#include "app/web_entrance.h"

#include "core/label.h"
#include "core/listen_address.h"

namespace taara {
namespace {

std::string in_lines(const std::string& path, const std::vector<ConfigProblem>& problems) {
  std::string all;
  for (const ConfigProblem& problem : problems) all += (all.empty() ? "" : "\n") + describe(path, problem);
  return all;
}

void log_login(Log& log, const IpAddress& from, std::string_view user, LoginGuard::Outcome outcome) {
  const std::string name = clean_label(user);
  const auto write = [&](LogLevel level, std::string_view message) {
    log.write(level, message, {{"from", ip_text(from)}, {"user", name}});
  };
  switch (outcome) {
    case LoginGuard::Outcome::first_login:
      return write(LogLevel::info, "a login to the pages was good");
    case LoginGuard::Outcome::wrong_password:
      return write(LogLevel::warn, "a login to the pages was refused: wrong password");
    case LoginGuard::Outcome::unknown_user:
      return write(LogLevel::warn, "a login to the pages was refused: no such user");
    case LoginGuard::Outcome::locked_out:
      return write(LogLevel::warn, "too many logins from this address were refused; it must wait 15 minutes");
  }
}

}  // namespace

std::vector<ConfigProblem> listening_problems(const Arguments& arguments, const Config& config,
                                              bool strangers_kept_out) {
  auto problem = public_listening_problem(config.listen, {.strangers_kept_out = strangers_kept_out,
                                                          .told_by_file = config.allow_public,
                                                          .told_by_flag = arguments.allow_public});
  if (!problem) return {};
  return {{ConfigFault::invalid, 0, 0, arguments.listen.empty() ? "web.listen_address" : "--web.listen-address",
           *std::move(problem)}};
}

std::vector<ConfigProblem> web_file_problems(const Arguments& arguments, bool& strangers_kept_out) {
  strangers_kept_out = false;
  if (arguments.web_config_file.empty()) return {};
  auto read = load_web_config(arguments.web_config_file);
  if (auto* problems = std::get_if<std::vector<ConfigProblem>>(&read.result)) return std::move(*problems);
  strangers_kept_out = keeps_strangers_out(std::get<LoadedWebConfig>(read.result).config);
  return {};
}

WebEntrance::WebEntrance(const Clock& clock, Log& log)
    : guard_(clock, [&log](const IpAddress& from, std::string_view user, LoginGuard::Outcome outcome) {
        log_login(log, from, user, outcome);
      }) {}

Result<std::unique_ptr<WebEntrance>> WebEntrance::open(const Arguments& arguments, const Config& config,
                                                       const Clock& clock, Poller& poller, Log& log) {
  std::unique_ptr<WebEntrance> entrance(new WebEntrance(clock, log));
  entrance->path_ = arguments.web_config_file;
  if (entrance->path_.empty()) return entrance;
  auto reread = [&log, &poller, path = entrance->path_](const std::vector<ConfigProblem>& problems,
                                                        const std::vector<std::string>& notes) {
    for (const ConfigProblem& problem : problems)
      log.write(LogLevel::error, "the web configuration was not taken; the old one stays",
                {{"problem", describe(path, problem)}});
    for (const std::string& note : notes)
      log.write(LogLevel::warn, "the web configuration: a warning", {{"detail", note}});
    if (problems.empty()) log.write(LogLevel::info, "the web configuration was taken", {{"file", path}});
    poller.web_config_taken(problems.empty());
  };
  const bool must_keep_out = !listening_problems(arguments, config, false).empty();
  auto opened = WatchedWebConfig::open(entrance->path_, must_keep_out, reread);
  if (const auto* problems = std::get_if<std::vector<ConfigProblem>>(&opened))
    return Error{Errc::invalid, in_lines(entrance->path_, *problems)};
  entrance->watched_ = std::get<std::unique_ptr<WatchedWebConfig>>(std::move(opened));
  for (const std::string& note : entrance->watched_->current()->notes)
    log.write(LogLevel::warn, "the web configuration: a warning", {{"detail", note}});
  return entrance;
}

Result<void> WebEntrance::reload() {
  if (!watched_) return {};
  if (const auto problems = watched_->reload(); !problems.empty())
    return Error{Errc::invalid, in_lines(path_, problems)};
  return {};
}

std::optional<WebAccess> WebEntrance::access() {
  if (!watched_) return std::nullopt;
  return WebAccess{*watched_, guard_};
}

bool WebEntrance::keeps_strangers_out() { return watched_ && taara::keeps_strangers_out(watched_->current()->config); }

void WebEntrance::watch(WebEvents& events, OwnMetrics& own, Log& log) {
  events.login_refused = [&own] { own.count_auth_failure(); };
  events.handshake_failed = [&own, &log](const IpAddress& from, std::string_view why, bool about_client) {
    if (about_client) own.count_auth_failure();
    log.write(about_client ? LogLevel::warn : LogLevel::debug,
              about_client ? "a client without the right certificate was refused" : "a TLS handshake came to nothing",
              {{"from", ip_text(from)}, {"detail", why}});
  };
}

}  // namespace taara
