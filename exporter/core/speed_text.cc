// SPDX-License-Identifier: Apache-2.0
#include "core/speed_text.h"

#include "core/decimal_text.h"

namespace taara {
namespace {

constexpr unsigned kPlaces = 3;  // so that even a kbit/s is a whole number of bits
constexpr std::int64_t kSlowest = 1'000'000;
constexpr std::int64_t kFastest = 100'000'000'000;

}  // namespace

std::optional<std::int64_t> parse_speed(std::string_view text) {
  const auto thousandths = take_decimal(text, kPlaces);
  if (!thousandths) return std::nullopt;
  if (text.starts_with(' ')) text.remove_prefix(1);
  std::int64_t bits = 0;
  if (text == "kbit/s") bits = *thousandths;
  if (text == "Mbit/s") bits = *thousandths * 1'000;
  if (text == "Gbit/s") bits = *thousandths * 1'000'000;
  if (bits < kSlowest || bits > kFastest) return std::nullopt;
  return bits;
}

}  // namespace taara
