// SPDX-License-Identifier: Apache-2.0
// Which keys of an answer look personal. Rather one too many than one too few: what is hidden was not needed.
#pragma once

#include <string>
#include <string_view>

namespace taara {

enum class KeyKind {
  harmless,
  personal,  // its own value is hidden, members of an object under it are judged by their own keys
  secluded,  // everything below is hidden
};

[[nodiscard]] KeyKind kind_of_key(std::string_view key);

// The key as it may be shown and stored. A key that is itself data (a number, an address, a long or odd text) is
// replaced by "hidden".
[[nodiscard]] std::string shown_key(std::string_view key);

}  // namespace taara
