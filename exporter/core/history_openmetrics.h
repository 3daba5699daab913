// SPDX-License-Identifier: Apache-2.0
// A household's history as OpenMetrics with times, for a Prometheus that lost its own: the stored readings are taken
// into a book once more, one after the other, and what /metrics said then is written again by the same tables.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "core/config.h"
#include "core/exposition.h"
#include "core/ledger.h"
#include "core/result.h"

namespace taara {

// Gives every stored poll in order until the visitor returns false; asked once per family, so that nothing is kept.
using StoredReadings = std::function<Result<void>(const std::function<bool(const StoredReading&)>&)>;

// A Prometheus takes a series for gone 5 minutes after its last sample, so a value that was held until the next poll is
// repeated before that.
inline constexpr seconds kHeldEvery{290};

// The families that a history has: what is computed exactly from the readings alone.
[[nodiscard]] std::span<const std::string_view> history_families();

struct HistoryEnd {
  Time now;                          // nothing is held longer
  seconds held;                      // between polls; with a longer gap the exporter didn't run
  std::optional<Bytes> usage_total;  // where the counter stands: readings that are no longer stored belong to it;
                                     // absent: nothing came before the first
};

// Writes all and ends the page.
[[nodiscard]] Result<void> write_history(const Household& household, const StoredReadings& readings,
                                         const HistoryEnd& end, Exposition& page);

}  // namespace taara
