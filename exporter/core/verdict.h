// SPDX-License-Identifier: Apache-2.0
// Ratios in one word, as people read them.
#pragma once

#include <string_view>

namespace taara {

// excellent from 0.9, good from 0.7, caution from 0.5, else concern.
[[nodiscard]] constexpr std::string_view efficiency_word(double ratio) {
  if (ratio >= 0.9) return "excellent";
  if (ratio >= 0.7) return "good";
  return ratio >= 0.5 ? "caution" : "concern";
}

inline constexpr double kTrendMatters = 1.15;  // weeks of a household differ that much without a reason

// increasing, stable or decreasing.
[[nodiscard]] constexpr std::string_view trend_word(double ratio) {
  if (ratio > kTrendMatters) return "increasing";
  return ratio * kTrendMatters < 1 ? "decreasing" : "stable";
}

}  // namespace taara
