// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace taara {

inline constexpr std::string_view kSealedNameAllowed =
    "a name such as home.passcode: a letter, then a-z, 0-9, ., _ and -, at most 63 in all";

// Begins with a letter, so that a passcode of digits, written where a name belongs, is none.
[[nodiscard]] bool is_sealed_name(std::string_view text);

}  // namespace taara
