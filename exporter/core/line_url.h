// SPDX-License-Identifier: Apache-2.0
// Addresses that the owner configures: of a line, and of a page to link to. Errors never repeat one: it might hold a
// password or a token.
#pragma once

#include <string>
#include <string_view>

#include "core/config.h"
#include "core/result.h"

namespace taara {

// scheme://host[:port][/path], without a trailing slash in the result. https for the ISP's API; http only on this
// machine itself, and for a router at a private address. No user, query, fragment, spaces or non-ASCII characters.
// The error is a whole sentence part: what was found, what is allowed.
[[nodiscard]] Result<std::string> parse_line_url(std::string_view text, SourceKind source);

// The same form for what only a browser will open: http is allowed to everywhere.
[[nodiscard]] Result<std::string> parse_page_url(std::string_view text);

}  // namespace taara
