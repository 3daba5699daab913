// SPDX-License-Identifier: Apache-2.0
// How long the rows of a usage history last when they say only where they begin. A row's step is found from its
// neighbours, so that hours, days and other even steps may follow each other, with gaps between them.
#pragma once

#include <date/tz.h>

#include <span>
#include <vector>

#include "core/time.h"

namespace taara {

// The ends of rows that begin at `starts` (in order, each once). Where a row and its neighbour are as far apart as two
// more neighbours, and that is an hour or less, a day of 23 to 25 hours, or the closest that any two rows are, a row
// lasts until the next one. Before a gap and after the last row the step is that of the nearest such rows; without any,
// what fits between the closest two rows: a day, an hour, or less. A lone row is a day where it begins with a local
// day, else an hour. No row reaches into the next.
[[nodiscard]] std::vector<Time> ends_of(std::span<const Time> starts, const date::time_zone& zone);

// The ends of the first rows, as many as are over by `until`; nothing later has a part in them.
[[nodiscard]] std::vector<Time> ends_by(std::span<const Time> starts, const date::time_zone& zone, Time until);

}  // namespace taara
