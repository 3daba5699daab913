// SPDX-License-Identifier: Apache-2.0
#include "core/household_now.h"

namespace taara {

HouseholdNow look_at(const HouseholdView& view, Time now) {
  HouseholdNow seen;
  seen.standing = stand(view.book ? *view.book : LedgerState{}, *view.household, now);
  seen.fresh = seen.standing.reading_time && now - *seen.standing.reading_time < kMeasurementsKept;
  // What a clock that ran ahead took for a finished cycle may be the present one.
  const bool before_this =
      !view.book || !view.book->cycle || !view.last_cycle || view.last_cycle->start < view.book->cycle->start;
  if (before_this) seen.last_cycle = view.last_cycle;
  if (!seen.fresh || !view.outlook) return seen;
  if (seen.standing.cycle_end) {
    seen.outlook = *view.outlook;
    return seen;
  }
  seen.outlook.typical_day = view.outlook->typical_day;
  seen.outlook.trend = view.outlook->trend;
  return seen;
}

}  // namespace taara
