// SPDX-License-Identifier: Apache-2.0
// An answer of the line without its personal fields, as the store keeps it for 30 days.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace taara {

inline constexpr std::size_t kMaxRawBytes = std::size_t{64} << 10;

// JSON keeps its structure, the numbers under harmless keys, and the strings that are known to be harmless or read as
// an amount, a short number, a time or a span. Of anything else only type, length and a hash remain.
[[nodiscard]] std::string redact(std::string_view body, std::string_view content_type);

}  // namespace taara
