// SPDX-License-Identifier: Apache-2.0
// Habits made anew from the days and hours in the store: after an import, after damage, or when an older version kept
// none.
#pragma once

#include "core/config.h"
#include "core/habits.h"
#include "io/store_history.h"

namespace taara {

[[nodiscard]] Result<Habits> learn_anew(StoreHistory& history, const Household& household, Time now);

}  // namespace taara
