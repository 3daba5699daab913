// SPDX-License-Identifier: Apache-2.0
// Numbers as text, the same on every machine and in every locale.
#pragma once

#include <string>

namespace taara {

// Rounded to `places` behind the point: "12.34", "-0.5". For amounts below 10^18 in units of the last place.
[[nodiscard]] std::string fixed_text(double value, unsigned places);

// For people: three digits and a unit: "612 GB", "1.02 TB", "24.8 MB", "0 B".
[[nodiscard]] std::string amount_text(double bytes);

// For people: "62 %", and "under 1 %" or "over 99 %" for what is neither never nor always.
[[nodiscard]] std::string percent_text(double ratio);

}  // namespace taara
