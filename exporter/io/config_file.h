// SPDX-License-Identifier: Apache-2.0
// Loads the configuration: one YAML file, strictly. The secrets that it names are looked at too, and forgotten
// again.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/config.h"
#include "core/config_problem.h"
#include "io/sealed_reader.h"

namespace taara {

// Either everything is right, or everything that is wrong, in the order of the file. Never waits and never throws on
// any content. At most 64 KiB, and 2 KiB more for each household after the first.
// `sealed` opens the sealed file; kept from one time to the next, it does so only when something has changed.
[[nodiscard]] std::variant<Config, std::vector<ConfigProblem>> load_config(const std::string& path,
                                                                           SealedReader& sealed);
[[nodiscard]] std::variant<Config, std::vector<ConfigProblem>> load_config(const std::string& path);
// For who asks no line: secrets and authorities need not be there, as they are not beside a service that has them as
// credentials.
[[nodiscard]] std::variant<Config, std::vector<ConfigProblem>> load_config_without_secrets(const std::string& path);

}  // namespace taara
