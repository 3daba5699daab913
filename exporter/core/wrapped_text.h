// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace taara {

// The words of `text` in lines of at most `width` columns, each indented by `indent` and ended by a line feed. A line
// feed in the text begins a new line. A word that is longer than a line gets one of its own. Counts characters of
// UTF-8.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace taara
