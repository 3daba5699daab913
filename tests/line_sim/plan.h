// SPDX-License-Identifier: Apache-2.0
// One meter of a household: what was bought, when it renews, what is used of it. Moves only when told the time.
// The way it is told doesn't matter: advancing once or in a thousand steps ends in the same place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "line_sim/family.h"

namespace taara::line_sim {

struct PlanRules {
  CycleKind cycle = CycleKind::plan;
  std::int64_t allocation = 1'000'000'000'000;  // bytes of a fresh cycle
  unsigned cycle_day = 1;                       // monthly: reset on this day at 00:00 UTC+3
  bool punctual = false;                        // plan: always buys again the moment it expires
};

// What a meter shows.
struct Meter {
  Time purchased;
  Time expires;
  bool active = true;  // false: expired and not bought again yet
  std::int64_t allocation = 0;
  std::int64_t used = 0;
  [[nodiscard]] std::int64_t remaining() const { return allocation - used; }
};

struct PastPurchase {
  Time purchased;
  std::int64_t left = 0;  // when it ended
};

inline constexpr std::chrono::days kPlanLength{30};
// Times that the simulation accepts.
inline constexpr Time kEarliest{std::chrono::days{18'322}};  // 2020-03-01
inline constexpr Time kLatest{std::chrono::days{47'482}};    // 2100-01-01

class Plan {
 public:
  // The state that nature leads to at `now`, which lies between kEarliest and kLatest.
  Plan(const Family& family, std::uint64_t seed, unsigned household, const PlanRules& rules, Time now);

  // A time before the current one leaves everything as it is: meters don't run backwards.
  void advance(const Family& family, Time to);

  [[nodiscard]] const Meter& meter() const { return meter_; }
  [[nodiscard]] Time time() const { return time_; }
  [[nodiscard]] std::int64_t consumed() const { return consumed_; }  // over all cycles, since counting_since()
  [[nodiscard]] Time counting_since() const { return counting_since_; }
  [[nodiscard]] const std::vector<PastPurchase>& past() const { return past_; }  // newest first, at most 3
  [[nodiscard]] bool frozen() const { return frozen_; }

  // Interventions, at the time of the last advance().
  void top_up(std::int64_t bytes);
  void renew();
  void use(std::int64_t bytes);
  [[nodiscard]] bool set_used(std::int64_t bytes);  // false: outside the allocation
  void freeze(bool on) { frozen_ = on; }            // nothing is used meanwhile

 private:
  [[nodiscard]] Time purchase_after(Time expires, std::int64_t cycle_number) const;
  void begin_cycle(Time at);
  void next_cycle(Time at);
  void maybe_top_up();

  PlanRules rules_;
  std::uint64_t seed_;
  unsigned household_;
  std::int64_t cycle_number_ = 0;
  Meter meter_;
  Time time_;
  Time counting_since_;
  std::int64_t consumed_ = 0;
  unsigned top_ups_ = 0;
  bool frozen_ = false;
  std::vector<PastPurchase> past_;
};

// As the line's page writes them: "885.1 GB", "500.0 MB", "0.0 GB"; "27 days", "1 day".
[[nodiscard]] std::string balance_text(std::int64_t bytes);
[[nodiscard]] std::string expires_text(Time expires, Time now);

}  // namespace taara::line_sim
