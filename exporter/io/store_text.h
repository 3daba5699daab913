// SPDX-License-Identifier: Apache-2.0
// The JSON texts that some columns of the store hold. docs/store.md shows them. What was written reads back the same,
// absent values as absent; a text that isn't one of ours reads back as nothing.
#pragma once

#include <date/date.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ledger.h"
#include "core/polling.h"

namespace taara {

[[nodiscard]] std::string book_text(const LedgerState& book);
[[nodiscard]] std::optional<LedgerState> read_book(std::string_view text);

[[nodiscard]] std::string polling_text(const PollingState& polling);
[[nodiscard]] std::optional<PollingState> read_polling(std::string_view text);

[[nodiscard]] std::string plans_text(const std::vector<PlanBalance>& plans);
[[nodiscard]] std::optional<std::vector<PlanBalance>> read_plans(std::string_view text);

[[nodiscard]] std::string events_text(const std::vector<MeterEvent>& events);
[[nodiscard]] std::string violations_text(const std::vector<Violation>& violations);

[[nodiscard]] std::string date_text(date::local_days date);  // 2025-08-21
[[nodiscard]] std::optional<date::local_days> read_date(std::string_view text);

}  // namespace taara
