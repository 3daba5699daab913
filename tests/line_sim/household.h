// SPDX-License-Identifier: Apache-2.0
// One simulated household: its family, its meters, its sessions, its faults, and what was asked about it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "line_sim/faults.h"
#include "line_sim/plan.h"

namespace taara::line_sim {

struct Arrival {
  std::chrono::sys_time<milliseconds> at;  // the line's time
  Exchange exchange;
};
inline constexpr std::size_t kArrivalsKept = 64;

struct Tally {
  std::uint64_t requests = 0;
  std::uint64_t logins = 0;  // that worked
  std::uint64_t login_failures = 0;
  std::uint64_t reads = 0;  // that gave a body, faulty or not
  std::uint64_t logouts = 0;
  std::uint64_t connections = 0;
  std::uint64_t last_connection = 0;
  std::deque<Arrival> arrivals;  // newest last
};

class Household {
 public:
  Household(std::uint64_t seed, unsigned number) : number_(number), family_(seed, number), seed_(seed) {}

  [[nodiscard]] unsigned number() const { return number_; }
  [[nodiscard]] const Family& family() const { return family_; }

  // The two meters, brought to `now`. Made at first use, so that thousands of households cost nothing before.
  Plan& plan(const PlanRules& rules, Time now) { return brought(plan_, rules, now); }
  Plan& month(const PlanRules& rules, Time now) { return brought(month_, rules, now); }

  FaultSet faults;
  Tally tally;
  std::deque<std::string> sessions;  // tokens and cookies, oldest first

 private:
  Plan& brought(std::optional<Plan>& meter, const PlanRules& rules, Time now) {
    if (!meter) meter.emplace(family_, seed_, number_, rules, now);
    meter->advance(family_, now);
    return *meter;
  }

  unsigned number_;
  Family family_;
  std::uint64_t seed_;
  std::optional<Plan> plan_;
  std::optional<Plan> month_;
};

[[nodiscard]] std::string_view name_of(Exchange exchange);

}  // namespace taara::line_sim
