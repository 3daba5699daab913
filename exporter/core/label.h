// SPDX-License-Identifier: Apache-2.0
// Makes a label value of a text from outside. One bad byte in a label would fail a whole scrape.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace taara {

inline constexpr std::size_t kMaxLabelBytes = 128;

// Valid UTF-8 of at most kMaxLabelBytes, cut between characters, trimmed. Control characters, line breaks and runs of
// spaces become one space; marks that are invisible or turn the direction of writing go; what isn't UTF-8 becomes
// U+FFFD.
[[nodiscard]] std::string clean_label(std::string_view text);

}  // namespace taara
