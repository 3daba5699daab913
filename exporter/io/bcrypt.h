// SPDX-License-Identifier: Apache-2.0
// bcrypt as libxcrypt computes it.
#pragma once

#include <string>

#include "core/bcrypt_hash.h"

namespace taara {

// Takes as long as the hash's cost says and can't be interrupted. The comparison takes the same time wherever the
// difference is. A password with a NUL never matches.
[[nodiscard]] bool bcrypt_matches(const BcryptHash& hash, const std::string& password);

}  // namespace taara
