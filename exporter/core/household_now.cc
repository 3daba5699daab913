// SPDX-License-Identifier: Apache-2.0
#include "core/household_now.h"

#include "core/verdict.h"

namespace taara {
namespace {

constexpr std::chrono::days kLongestEstimate{7};

std::optional<Bytes> estimated_used(const HouseholdView& view, Time now) {
  if (view.last_poll_usable || !view.book || !view.book->last || !view.book->cycle || !view.habits) return std::nullopt;
  const Time read = view.book->last->time;
  if (now <= read || now - read > kLongestEstimate) return std::nullopt;
  if (!view.book->cycle->known() || now >= view.book->cycle->end) return std::nullopt;
  const auto since = estimate_between(*view.habits, *view.household->zone, read, now);
  if (!since) return std::nullopt;
  return view.book->cycle->used + *since;
}

}  // namespace

bool is_used_up(const HouseholdNow& seen) {
  return seen.standing.allocation && seen.standing.remaining && seen.standing.remaining->count <= 0;
}

std::optional<std::string_view> status_word(const HouseholdNow& seen) {
  const auto& [excellent, good, caution, concern] = kEfficiencyWords;
  if (is_used_up(seen)) return concern;
  if (!seen.outlook.efficiency) return std::nullopt;
  const std::string_view word = efficiency_word(*seen.outlook.efficiency);
  const bool runs_out = seen.outlook.exhaustion[static_cast<std::size_t>(Quantile::p50)].has_value();
  return runs_out && (word == excellent || word == good) ? caution : word;
}

HouseholdNow look_at(const HouseholdView& view, Time now) {
  HouseholdNow seen;
  seen.standing = stand(view.book ? *view.book : LedgerState{}, *view.household, now);
  seen.fresh = seen.standing.reading_time && now - *seen.standing.reading_time < kMeasurementsKept;
  // What a clock that ran ahead took for a finished cycle may be the present one.
  const bool before_this =
      !view.book || !view.book->cycle || !view.last_cycle || view.last_cycle->start < view.book->cycle->start;
  if (before_this) seen.last_cycle = view.last_cycle;
  seen.estimated_used = estimated_used(view, now);
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
