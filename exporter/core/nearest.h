// SPDX-License-Identifier: Apache-2.0
// "Did you mean …?" for a word that isn't in a list.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace taara {

// The name that a small slip (a letter too many, missing, wrong or swapped; letter case) or leaving out its start or
// end turns into `word`; nothing where none is near. The result points into `names`.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> names);

}  // namespace taara
