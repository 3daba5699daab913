// SPDX-License-Identifier: Apache-2.0
// Whether a book that comes from outside can be gone on with.
#pragma once

#include <optional>
#include <string>

#include "core/ledger.h"

namespace taara {

// What no book that the ledger keeps can be, in words; nothing where all is in order.
[[nodiscard]] std::optional<std::string> fault_of(const LedgerState& book);

}  // namespace taara
