// SPDX-License-Identifier: Apache-2.0
// What the ISP's cloud writes about a household. Text only: no socket, no session.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "line_sim/faults.h"
#include "line_sim/plan.h"

namespace taara::line_sim {

inline constexpr std::string_view kHomePlan = "1 Month Unlimited";
inline constexpr std::string_view kBonusPlan = "500 MB Free Trial";

struct TaaraBundle {
  unsigned household = 1;
  Time now;
  Meter meter;
  std::vector<PastPurchase> past;  // newest first
};

// The body of get-customer-bundle, with the faults that are about its content.
[[nodiscard]] std::string bundle_body(const TaaraBundle& bundle, std::span<const ActiveFault> faults);

// What the fault plan_name puts in place of the home plan's name.
[[nodiscard]] std::string odd_plan_name(std::string_view value);

// The meter as the faults about usage make it look; `then` is what it was when a fault was switched on.
[[nodiscard]] Meter spoilt_meter(const Meter& meter, std::span<const ActiveFault> faults, Meter ActiveFault::*then);

// The text edits that both sources share: missing, renamed, doubled and replaced fields.
struct EditTargets {
  std::string_view usual_field;   // where field_missing and its like strike when they name none
  std::string_view number_field;  // where number_text strikes
  std::string_view text_field;    // where balance_text strikes
  std::string_view after;         // fields behind this word come first
};
void edit_fields(std::string& json, std::span<const ActiveFault> faults, const EditTargets& targets);

}  // namespace taara::line_sim
