// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/result.h"

namespace taara {

// Why listening failed, from the system's error number, and what to do: busy, permission or io. `otherwise` where the
// number is another.
[[nodiscard]] Error listen_error(const std::string& addresses, int number, const std::string& otherwise);

}  // namespace taara
