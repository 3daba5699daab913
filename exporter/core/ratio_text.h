// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace taara {

// A share: "75%", "99.5%" or 0.75. Nothing for all else. A bare 75 is 7500 %, which the caller's range refuses.
[[nodiscard]] std::optional<double> parse_ratio(std::string_view text);

}  // namespace taara
