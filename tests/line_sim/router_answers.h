// SPDX-License-Identifier: Apache-2.0
// What the router's page writes about a household. Text only: no socket, no session.
#pragma once

#include <span>
#include <string>

#include "line_sim/faults.h"
#include "line_sim/plan.h"

namespace taara::line_sim {

struct RouterUsage {
  unsigned household = 1;
  Time now;
  Meter meter;
  unsigned cycle_day = 1;
  unsigned clients = 0;
};

// The body of /usage, in whole MiB.
[[nodiscard]] std::string usage_body(const RouterUsage& usage, std::span<const ActiveFault> faults);
[[nodiscard]] std::string status_body(seconds session_left, Time now);

}  // namespace taara::line_sim
