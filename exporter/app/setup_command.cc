// SPDX-License-Identifier: Apache-2.0
#include "app/setup_command.h"

#include "app/command_failure.h"
#include "app/setup_session.h"
#include "io/system_clock.h"
#include "io/time_zones.h"

namespace taara {
namespace {

constexpr std::string_view kServiceAccount = "taara";

std::optional<std::string> folder_of(const Arguments& arguments) {
  std::string folder = arguments.dir.value_or("");
  if (folder.empty() && are_root()) folder = "/etc/taara";
  if (folder.empty() && !own_home().empty()) folder = own_home() + "/.config/taara";
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  if (folder.empty()) return {};
  return folder;
}

}  // namespace

int setup_command(const Arguments& arguments) {
  const auto fails = [](std::string_view what, ExitCode code) { return static_cast<int>(failed(what, code)); };
  auto terminal = Terminal::open();
  if (terminal.has_error())
    return fails(terminal.error().what +
                     ": setup asks questions, so run it in a terminal, without a pipe before or after it. Without one, "
                     "copy docs/operator/taara.example.yml and fill it in",
                 ExitCode::usage);
  const auto path = folder_of(arguments);
  if (!path) return fails("this user has no home folder; say where to write with --dir=DIR", ExitCode::usage);
  std::optional<SystemAccount> service;
  if (are_root()) service = system_account(std::string(kServiceAccount));
  FileRights rights{.mode = 0700, .owner = {}, .group = {}};
  if (service) rights = {.mode = 0750, .owner = {}, .group = service->group};
  auto folder = ConfigFolder::open(*path, rights, service ? std::optional(service->user) : std::nullopt);
  if (folder.has_error()) {
    const bool not_ours = folder.error().code == Errc::permission;
    return fails(folder.error().what, not_ours                               ? ExitCode::permission
                                      : folder.error().code == Errc::busy    ? ExitCode::second_instance
                                      : folder.error().code == Errc::invalid ? ExitCode::usage
                                                                             : ExitCode::disk);
  }
  const SystemClock clock;
  // No answer names a sealed file or authorities, so nothing asks for them.
  SetupWorld world{{.folder = *path,
                    .zone = time_zone_named,
                    .zone_names = time_zone_names,
                    .check_secret = {},
                    .check_authorities = {},
                    .credential_path = {},
                    .sealed_names = {}},
                   system_zone_name(),
                   {},
                   {}};
  SetupSession session(*std::move(terminal), *std::move(folder), std::move(world), service, clock);
  return session.run();
}

}  // namespace taara
