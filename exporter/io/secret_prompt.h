// SPDX-License-Identifier: Apache-2.0
// Asks the person at the terminal for a secret, without showing what is typed.
#pragma once

#include <string_view>

#include "io/secret_file.h"

namespace taara {

// On the controlling terminal, whatever stdin and stdout are. Errors: not_found (there is none), invalid (nothing that
// can be a secret was typed), io. A signal that ends the program finds the terminal as it was.
[[nodiscard]] Result<Secret> ask_for_secret(std::string_view question);

}  // namespace taara
