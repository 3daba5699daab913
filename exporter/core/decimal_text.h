// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace taara {

// Takes a plain decimal number ("7", "0.75") from the front of `text` and gives it times 10^`places`, exactly. Nothing
// where there is none, a digit beside the point is missing, or it has more than 9 digits before the point or `places`
// behind it. Signs and exponents are no part of the grammar.
[[nodiscard]] std::optional<std::int64_t> take_decimal(std::string_view& text, unsigned places);

}  // namespace taara
