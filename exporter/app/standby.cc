// SPDX-License-Identifier: Apache-2.0
#include "app/standby.h"

#include <filesystem>
#include <system_error>

#include "core/in_quotes.h"
#include "io/store_history.h"

namespace taara {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::optional<ConfigProblem> standby_problem(const std::string& folder, const std::string& store) {
  std::error_code unknown;  // a store that can't be looked at isn't ours to use either
  const auto problem = [&](const std::string& text) {
    return ConfigProblem{ConfigFault::invalid, 0, 0, "--standby", "found " + in_quotes(folder) + text};
  };
  if (folder == store || fs::equivalent(folder, store, unknown))
    return problem(", the store of the exporter itself; allowed: a folder with a copy of it");
  if (!fs::is_regular_file(fs::path(folder) / "taara.db", unknown))
    return problem(
        ", which has no taara.db that can be seen; allowed: a folder with a copy of the store, made by "
        "sqlite3's .backup");
  return std::nullopt;
}

KeptAnswer read_kept_answer(const std::string& folder, const Line& line, Log& log) {
  const std::string& household = line.household().name;
  auto history = StoreHistory::open(folder);
  const auto kept = history ? history->newest_answer(household) : Result<std::optional<StoredAnswer>>(history.error());
  if (!kept) {
    log.write(LogLevel::error, "standby: the kept answers can't be read",
              {{"household", household}, {"detail", kept.error().what}});
    return KeptAnswer::unreadable;
  }
  if (!*kept) {
    log.write(LogLevel::info, "standby: no answer of this line is kept", {{"household", household}});
    return KeptAnswer::none;
  }
  const PollOutcome outcome = line.read_again((*kept)->body, (*kept)->answered);
  if (!outcome.reading.usable()) {
    log.write(LogLevel::error, "standby: the newest kept answer can't be read by this version",
              {{"household", household}, {"detail", outcome.detail}});
    return KeptAnswer::unreadable;
  }
  log.write(LogLevel::info, "standby: the newest kept answer is read by this version", {{"household", household}});
  return KeptAnswer::readable;
}

}  // namespace taara
