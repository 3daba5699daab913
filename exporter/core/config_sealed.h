// SPDX-License-Identifier: Apache-2.0
// Where a household's secret is: alone in a file, or sealed together with others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.h"
#include "core/config_schema.h"

namespace taara {

// The section `sealed`, opened once for all households.
struct SealedSection {
  Sealed sealed;
  std::optional<std::vector<std::string>>
      names;  // absent: it was not to be opened, or could not be, which has been reported
};
[[nodiscard]] SealedSection read_sealed(const ConfigValue& value, const ConfigSurroundings& surroundings,
                                        ConfigProblems& problems);

// `kind` is passcode or password: the keys are passcode_file and passcode_sealed, and one of them must be there.
// `section`: null where the file has none.
void read_secret_place(ConfigMap& account, SourceKind source, Account& target, const SealedSection* section,
                       const ConfigSurroundings& surroundings, ConfigProblems& problems);

}  // namespace taara
