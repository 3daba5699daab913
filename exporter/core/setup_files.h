// SPDX-License-Identifier: Apache-2.0
// The files that a guided first configuration makes of its answers.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/config_schema.h"
#include "core/setup_answers.h"

namespace taara {

inline constexpr std::string_view kConfigName = "taara.yml";
inline constexpr std::string_view kOwnerName = "owner.yml";

// Which fields of a router's answer mean what: said by the line's own answer, not by anybody.
inline constexpr std::array<std::string_view, 4> kMappingAnswers{"mapping_used", "mapping_remaining",
                                                                 "mapping_allocated", "mapping_expires"};
void settle_mapping(const Mapping& mapping, SetupAnswers& answers);

struct SetupSecret {
  std::string question;  // whose answer it holds
  std::string file;      // its name within the folder
};
// Those that the answers call for.
[[nodiscard]] std::vector<SetupSecret> secrets_of(const SetupAnswers& answers);

// Of taara.yml. Whatever isn't said yet is left out. `store`: store.path.
[[nodiscard]] ConfigNode config_tree(const SetupAnswers& answers, std::string_view store);
[[nodiscard]] std::string config_text(const SetupAnswers& answers, std::string_view store);

// Of owner.yml, as alertmanager/configure takes it; absent where no messages are wanted.
[[nodiscard]] std::optional<std::string> owner_text(const SetupAnswers& answers);

// The household as the exporter would read it, or what is wrong with it; no secret is looked at.
[[nodiscard]] std::variant<Household, std::vector<ConfigProblem>> household_of(const SetupAnswers& answers,
                                                                               const ConfigSurroundings& surroundings);

}  // namespace taara
