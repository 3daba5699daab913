// SPDX-License-Identifier: Apache-2.0
// What is known of a household at one moment: where it stands, and what of its outlook still holds then.
#pragma once

#include "core/snapshot.h"
#include "core/standing.h"

namespace taara {

struct HouseholdNow {
  Standing standing;
  bool fresh = false;               // the last usable reading is recent enough to be shown
  std::optional<Cycle> last_cycle;  // the finished cycle before this one
  Outlook outlook;                  // without a fresh reading nothing; once the cycle is over, nothing of its end
  // Only while the line can't be read: used in this cycle as last measured, plus what habit says was used since.
  std::optional<Bytes> estimated_used;
};

// The measured end of this cycle's data.
[[nodiscard]] bool is_used_up(const HouseholdNow& seen);

// How it stands, in one word of kEfficiencyWords, the same wherever it is shown: the efficiency's word, but "caution"
// at best where the data runs out before the cycle at the usual pace, and "concern" once it is used up. Absent: not
// known.
[[nodiscard]] std::optional<std::string_view> status_word(const HouseholdNow& seen);

[[nodiscard]] HouseholdNow look_at(const HouseholdView& view, Time now);

}  // namespace taara
