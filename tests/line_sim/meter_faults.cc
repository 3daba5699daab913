// SPDX-License-Identifier: Apache-2.0
// What both sources share of the faults about usage and fields.
#include <cmath>
#include <cstdlib>

#include "line_sim/json_text.h"
#include "line_sim/taara_answers.h"

namespace taara::line_sim {

Meter spoilt_meter(const Meter& meter, std::span<const ActiveFault> faults, Meter ActiveFault::*then) {
  Meter shown = meter;
  for (const ActiveFault& fault : faults) {
    switch (fault.fault) {
      case Fault::same_data:
        shown = fault.*then;
        break;
      case Fault::counter_back: {
        const double share = std::strtod(fault.value.c_str(), nullptr) / 100;
        shown.used -= static_cast<std::int64_t>(std::llround(static_cast<double>(shown.used) * share));
        break;
      }
      case Fault::meter_zero:
        // A renewal in between counts from 0 anyway.
        if (shown.purchased == (fault.*then).purchased)
          shown.used = std::max<std::int64_t>(0, shown.used - (fault.*then).used);
        break;
      case Fault::meter_zero_once:
        shown.used = 0;
        break;
      case Fault::wrap32:
        shown.used %= std::int64_t{1} << 32U;
        break;
      default:
        break;
    }
  }
  return shown;
}

void edit_fields(std::string& json, std::span<const ActiveFault> faults, const EditTargets& targets) {
  for (const ActiveFault& fault : faults) {
    const std::size_t after = targets.after.empty() ? 0 : json.find(targets.after);
    const std::size_t from = after == std::string::npos ? 0 : after;
    const std::string field = fault.value.empty() ? std::string(targets.usual_field) : fault.value;
    switch (fault.fault) {
      case Fault::number_text:
        replace_value(json, targets.number_field, fault.value, from);
        break;
      case Fault::balance_text:
        replace_value(json, targets.text_field, json_string(fault.value), from);
        break;
      case Fault::field_missing:
        (void)(remove_field(json, field, from) || remove_field(json, field));
        break;
      case Fault::field_renamed:
        (void)(rename_field(json, field, field + "_v2", from) || rename_field(json, field, field + "_v2"));
        break;
      case Fault::duplicate_key:
        (void)(duplicate_field(json, field, "7", from) || duplicate_field(json, field, "7"));
        break;
      default:
        break;
    }
  }
}

}  // namespace taara::line_sim
