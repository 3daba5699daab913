// SPDX-License-Identifier: Apache-2.0
// What a client sends as Authorization: Basic (RFC 7617).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace taara {

struct BasicCredentials {
  std::string user;
  std::string password;  // the caller wipes it
};

// Strict base64 with padding; the name of the scheme in any letter case. Nothing where the text is anything else, has
// no colon, or a NUL, which would end a password early.
[[nodiscard]] std::optional<BasicCredentials> parse_basic_credentials(std::string_view header);

}  // namespace taara
