// SPDX-License-Identifier: Apache-2.0
#include "core/size_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace taara {
namespace {

constexpr std::array<std::pair<std::string_view, Unit>, 10> kUnits{{{"B", Unit::B},
                                                                    {"kB", Unit::kB},
                                                                    {"KB", Unit::kB},
                                                                    {"MB", Unit::MB},
                                                                    {"GB", Unit::GB},
                                                                    {"TB", Unit::TB},
                                                                    {"KiB", Unit::KiB},
                                                                    {"MiB", Unit::MiB},
                                                                    {"GiB", Unit::GiB},
                                                                    {"TiB", Unit::TiB}}};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

// More digits than this add nothing to a byte count and would overflow the arithmetic.
constexpr std::size_t kMaxWholeDigits = 15;
constexpr std::size_t kMaxFractionDigits = 12;

}  // namespace

std::optional<Unit> unit_named(std::string_view name) {
  const auto* const found =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& unit) { return unit.first == name; });
  if (found == kUnits.end()) return std::nullopt;
  return found->second;
}

Bytes bytes_per(Unit unit) {
  switch (unit) {
    case Unit::automatic:
    case Unit::B:
      return {1};
    case Unit::kB:
      return kKilobyte;
    case Unit::MB:
      return kMegabyte;
    case Unit::GB:
      return kGigabyte;
    case Unit::TB:
      return kTerabyte;
    case Unit::KiB:
      return {std::int64_t{1} << 10};
    case Unit::MiB:
      return {std::int64_t{1} << 20};
    case Unit::GiB:
      return {std::int64_t{1} << 30};
    case Unit::TiB:
      return {std::int64_t{1} << 40};
  }
  return {1};
}

std::variant<SizeText, SizeFault> parse_size(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const auto whole = take_digits(text);
  if (whole.empty()) return SizeFault::grammar;
  std::string_view fraction;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty()) return SizeFault::grammar;
  }
  if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto unit = unit_named(text);
  if (!unit) return SizeFault::unit;
  if (whole.size() > kMaxWholeDigits) return SizeFault::range;
  if (fraction.size() > kMaxFractionDigits) return SizeFault::grammar;

  const std::int64_t scale = bytes_per(*unit).count;
  std::int64_t whole_units = 0;
  for (const char digit : whole) whole_units = whole_units * 10 + (digit - '0');
  std::int64_t fraction_units = 0;
  std::int64_t fraction_scale = 1;
  for (const char digit : fraction) {
    fraction_units = fraction_units * 10 + (digit - '0');
    fraction_scale *= 10;
  }
  if (whole_units > kMaxPlausible.count / scale) return SizeFault::range;
  // Exact in 128 bits: a fraction of a TiB with twelve digits passes 64.
  __extension__ using Wide = __int128;
  const Wide part = (static_cast<Wide>(fraction_units) * scale + fraction_scale / 2) / fraction_scale;
  const Bytes bytes{whole_units * scale + static_cast<std::int64_t>(part)};
  if (bytes > kMaxPlausible || (negative && bytes != Bytes{0})) return SizeFault::range;
  return SizeText{bytes, {std::max<std::int64_t>(1, scale / fraction_scale)}};
}

std::string_view explain(SizeFault fault) {
  switch (fault) {
    case SizeFault::grammar:
      return "a number and a unit are expected, such as 885.1 GB";
    case SizeFault::unit:
      return "the unit must be one of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB";
    case SizeFault::range:
      return "the amount must be between 0 and 1000 TB";
  }
  return "";
}

}  // namespace taara
