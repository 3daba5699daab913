// SPDX-License-Identifier: Apache-2.0
// What the daemon knows, as metrics: a pure function of an immutable snapshot and the moment. A value that is not known
// has no sample. docs/metrics.md lists every family; a test keeps it and these tables the same.
#pragma once

#include <vector>

#include "core/exposition.h"
#include "core/snapshot.h"

namespace taara {

void write_metrics(const Snapshot& snapshot, Time now, Exposition& page);

// Every family that write_metrics() can write, in the order of the page.
[[nodiscard]] std::vector<MetricFamily> snapshot_families();

}  // namespace taara
