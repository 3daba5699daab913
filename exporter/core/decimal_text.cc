// SPDX-License-Identifier: Apache-2.0
#include "core/decimal_text.h"

#include <algorithm>
#include <cstddef>

namespace taara {
namespace {

constexpr std::size_t kMaxWholeDigits = 9;

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

}  // namespace

std::optional<std::int64_t> take_decimal(std::string_view& text, unsigned places) {
  const auto whole = take_digits(text);
  if (whole.empty() || whole.size() > kMaxWholeDigits) return std::nullopt;
  std::string_view fraction;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty() || fraction.size() > places) return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char digit : whole) value = value * 10 + (digit - '0');
  for (unsigned i = 0; i < places; ++i) value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return value;
}

}  // namespace taara
