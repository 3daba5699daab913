// SPDX-License-Identifier: Apache-2.0
// Puts values into requests so that none can break out of its place. They append, so that a secret is copied once.
#pragma once

#include <string>
#include <string_view>

namespace taara {

// With its quotes. `value` is valid UTF-8.
void append_json_string(std::string& out, std::string_view value);

// Everything but letters, digits and -._~ as %XX: right in a query and in a form.
void append_percent_encoded(std::string& out, std::string_view value);

// Visible ASCII only, so that it can stand in a header: no CR, no LF, no space.
[[nodiscard]] bool fits_header(std::string_view value);

// Letters, digits, - and _ only, so that it is one step of a path and no other.
[[nodiscard]] bool fits_path(std::string_view value);

}  // namespace taara
