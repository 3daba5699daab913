// SPDX-License-Identifier: Apache-2.0
// What was learned of a household as the bytes of one column, exact to the last bit. docs/store.md has the layout.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/habits.h"

namespace taara {

[[nodiscard]] std::string habits_bytes(const Habits& habits);
// Nothing for bytes that aren't ours, of another layout, or make no sense.
[[nodiscard]] std::optional<Habits> read_habits(std::string_view bytes);

}  // namespace taara
