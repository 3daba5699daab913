// SPDX-License-Identifier: Apache-2.0
#include "core/number_text.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace taara {

std::string fixed_text(double value, unsigned places) {
  std::int64_t scale = 1;
  for (unsigned i = 0; i < places; ++i) scale *= 10;
  const std::int64_t units = std::llround(std::abs(value) * static_cast<double>(scale));
  std::string text = (value < 0 && units != 0 ? "-" : "") + std::to_string(units / scale);
  if (places == 0) return text;
  const std::string behind = std::to_string(units % scale);
  return text + "." + std::string(places - behind.size(), '0') + behind;
}

std::string amount_text(double bytes) {
  constexpr std::array<std::string_view, 5> kUnits{" B", " kB", " MB", " GB", " TB"};
  constexpr double kStep = 1000;
  std::size_t unit = 0;
  // What would round to 1000 belongs to the next unit.
  while (unit + 1 < kUnits.size() && std::abs(bytes) >= kStep - 0.5) {
    bytes /= kStep;
    ++unit;
  }
  const double size = std::abs(bytes);
  const unsigned places = unit == 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return fixed_text(bytes, places) + std::string(kUnits.at(unit));
}

std::string percent_text(double ratio) {
  if (ratio > 0 && ratio < 0.01) return "under 1 %";
  if (ratio < 1 && ratio > 0.99) return "over 99 %";
  return fixed_text(100 * ratio, 0) + " %";
}

}  // namespace taara
