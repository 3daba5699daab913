// SPDX-License-Identifier: Apache-2.0
// Ratios in one word, as people read them.
#pragma once

#include <array>
#include <string_view>

namespace taara {

inline constexpr std::array<std::string_view, 4> kEfficiencyWords{"excellent", "good", "caution", "concern"};

// excellent from 0.9, good from 0.7, caution from 0.5, else concern.
[[nodiscard]] constexpr std::string_view efficiency_word(double ratio) {
  if (ratio >= 0.9) return kEfficiencyWords[0];
  if (ratio >= 0.7) return kEfficiencyWords[1];
  return ratio >= 0.5 ? kEfficiencyWords[2] : kEfficiencyWords[3];
}

inline constexpr double kTrendMatters = 1.15;  // weeks of a household differ that much without a reason

// increasing, stable or decreasing.
[[nodiscard]] constexpr std::string_view trend_word(double ratio) {
  if (ratio > kTrendMatters) return "increasing";
  return ratio * kTrendMatters < 1 ? "decreasing" : "stable";
}

}  // namespace taara
