// SPDX-License-Identifier: Apache-2.0
// What commands about one household begin with: the configuration, read aloud where it is wrong, and the household that
// is meant.
#pragma once

#include <iosfwd>
#include <optional>
#include <variant>

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {

// Secrets that are not needed may be missing: systemd's credentials are there only while the service runs.
enum class SecretsAre { needed, not_needed };

// An exit code where the configuration is wrong; `err` knows why.
[[nodiscard]] std::variant<Config, ExitCode> configured(const Arguments& arguments, SecretsAre secrets,
                                                        std::ostream& err);

// The one that --household names, or the only one there is. Null where it must be said; `err` asks for it.
[[nodiscard]] const Household* chosen_household(const Config& config, const std::optional<std::string>& name,
                                                std::ostream& err);

}  // namespace taara
