// SPDX-License-Identifier: Apache-2.0
#include "core/duration_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "core/decimal_text.h"

namespace taara {
namespace {

using std::chrono::days;

constexpr std::array<std::pair<std::string_view, milliseconds>, 5> kUnits{{{"ms", milliseconds(1)},
                                                                           {"s", seconds(1)},
                                                                           {"m", std::chrono::minutes(1)},
                                                                           {"h", std::chrono::hours(1)},
                                                                           {"d", days(1)}}};

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  const auto number = take_decimal(text, 0);
  if (!number) return std::nullopt;
  const auto* const unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& u) { return u.first == text; });
  if (unit == kUnits.end()) return std::nullopt;
  return unit->second * *number;
}

std::optional<days> parse_retention(std::string_view text) {
  const auto number = take_decimal(text, 0);
  if (!number) return std::nullopt;
  if (text == "d" || text == (*number == 1 ? " day" : " days")) return days(*number);
  if (text == (*number == 1 ? " month" : " months")) return days((*number * 61 + 1) / 2);
  return std::nullopt;
}

std::string duration_text(milliseconds duration) {
  const auto whole = [&](milliseconds unit) { return duration % unit == milliseconds(0); };
  const auto* unit = kUnits.begin();
  if (duration > days(2) && whole(days(1))) {
    unit = &kUnits[4];
  } else if (duration != milliseconds(0)) {
    for (std::size_t i = 1; i < 4 && whole(kUnits[i].second); ++i) unit = &kUnits[i];
  }
  return std::to_string(duration / unit->second) + std::string(unit->first);
}

}  // namespace taara
