// SPDX-License-Identifier: Apache-2.0
// Shows a text from outside in a message: in quotes, cut when long, with nothing in it that could forge a line.
#pragma once

#include <string>
#include <string_view>

namespace taara {

// ASCII stays as it is; quotes, backslashes, control characters and other bytes are escaped; at most 60 bytes of it.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace taara
