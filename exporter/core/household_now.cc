// SPDX-License-Identifier: Apache-2.0
#include "core/household_now.h"

namespace taara {

HouseholdNow look_at(const HouseholdView& view, Time now) {
  HouseholdNow seen;
  seen.standing = stand(view.book ? *view.book : LedgerState{}, *view.household, now);
  seen.fresh = seen.standing.reading_time && now - *seen.standing.reading_time < kMeasurementsKept;
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
