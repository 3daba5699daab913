// SPDX-License-Identifier: Apache-2.0
#include "core/ratio_text.h"

#include "core/decimal_text.h"

namespace taara {

// Whole millionths divided once: "75%" and "0.75" give the same double.
std::optional<double> parse_ratio(std::string_view text) {
  constexpr double kMillion = 1e6;
  if (text.ends_with('%')) {
    text.remove_suffix(1);
    const auto percent = take_decimal(text, 4);
    if (!percent || !text.empty()) return std::nullopt;
    return static_cast<double>(*percent) / kMillion;
  }
  const auto ratio = take_decimal(text, 6);
  if (!ratio || !text.empty()) return std::nullopt;
  return static_cast<double>(*ratio) / kMillion;
}

}  // namespace taara
