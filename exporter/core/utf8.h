// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace taara {

// How many bytes from the start are well-formed UTF-8 (no overlong form, no surrogate, nothing over U+10FFFF). All of
// them where this is text.size().
[[nodiscard]] std::size_t valid_utf8_bytes(std::string_view text);

}  // namespace taara
