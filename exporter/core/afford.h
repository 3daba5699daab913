// SPDX-License-Identifier: Apache-2.0
// "Can we afford it?" for one large download: yes, later (and when), or no, with what it does to the probability of
// crossing the cap. Pure. Who waits as told is not told to wait again.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/outlook.h"
#include "core/standing.h"

namespace taara {

struct AffordQuestion {
  Bytes bytes;             // from 1 byte on
  std::optional<Time> by;  // when it must have begun; absent: the cycle's end
};

struct AffordBasis {  // as of the same moment
  const date::time_zone& zone;
  const Standing& standing;
  const Outlook& outlook;
  const Habits& habits;
  std::optional<Bytes> next_allocation;  // of the cycle after this one, as far as anybody knows
};

enum class AffordAnswer { yes, later, no };
inline constexpr std::array<std::string_view, 3> kAffordAnswerNames{"yes", "later", "no"};

enum class AffordReason {
  fits,           // yes: within the headroom and what is left of today's budget, where there is one
  unlimited,      // yes: there is no cap
  quiet_hour,     // yes: more than what is left today, but there is no better hour, or no later day before the deadline
  over_today,     // later: within the headroom, more than what is left today
  after_renewal,  // later: not within this cycle's headroom, within the next one's
  too_much,       // no
  unknown,        // no answer: not enough is known of the line or of the household
};
inline constexpr std::array<std::string_view, 7> kAffordReasonNames{
    "fits", "unlimited", "quiet_hour", "over_today", "after_renewal", "too_much", "unknown"};

struct Afford {
  std::optional<AffordAnswer> answer;  // absent exactly when the reason is unknown
  AffordReason reason = AffordReason::unknown;
  std::optional<Time> by;
  std::optional<Time> best_hour;  // exactly when later: where that hour begins
  std::optional<double> crossing_now;
  std::optional<double> crossing_with;  // never less
  std::optional<Bytes> headroom;
  std::optional<Bytes> left_today;
};

[[nodiscard]] Afford can_we_afford(const AffordQuestion& question, const AffordBasis& basis, Time now);

}  // namespace taara
