// SPDX-License-Identifier: Apache-2.0
// The authorities that a household trusts instead of the system's.
#pragma once

#include <string>

#include "core/result.h"

namespace taara {

// Whether it holds certificates in PEM form and only those whom we believe can change it. Errors: not_found,
// permission, invalid, io.
[[nodiscard]] Result<void> check_ca_file(const std::string& path);

}  // namespace taara
