// SPDX-License-Identifier: Apache-2.0
#include "io/json_amount.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "core/size_text.h"
#include "io/strict_json.h"

namespace taara {
namespace {

AmountFault out_of_range() { return {PollError::range, "a number outside 0 to 1000 TB"}; }

// Digits after the point in the shortest decimal form that is exactly this number.
int decimals_of(double number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  int exponent = 0;
  if (const auto e = text.find('e'); e != std::string_view::npos) {
    const auto* first = text.data() + e + 1;
    if (*first == '+') ++first;
    std::from_chars(first, text.data() + text.size(), exponent);
    text = text.substr(0, e);
  }
  const auto point = text.find('.');
  const int digits = point == std::string_view::npos ? 0 : static_cast<int>(text.size() - point - 1);
  return std::max(0, digits - exponent);
}

AmountResult from_double(double number, std::int64_t scale) {
  if (!std::isfinite(number) || number < 0) return out_of_range();
  if (scale == 1 && number != std::floor(number))
    return AmountFault{PollError::schema, "a fraction where whole bytes are expected"};
  const double bytes = number * static_cast<double>(scale);
  if (bytes > static_cast<double>(kMaxPlausible.count)) return out_of_range();
  std::int64_t resolution = scale;
  for (int i = decimals_of(number); i > 0 && resolution > 1; --i) resolution /= 10;
  return Amount{{std::llround(bytes)}, {std::max<std::int64_t>(1, resolution)}};
}

AmountResult from_text(std::string_view text) {
  const auto size = parse_size(text);
  if (const auto* good = std::get_if<SizeText>(&size)) return Amount{good->bytes, good->resolution};
  const auto fault = std::get<SizeFault>(size);
  const PollError kind = fault == SizeFault::unit    ? PollError::unit
                         : fault == SizeFault::range ? PollError::range
                                                     : PollError::schema;
  return AmountFault{kind, "an unreadable amount: " + std::string(explain(fault))};
}

}  // namespace

AmountResult amount(const boost::json::value* value, Unit unit) {
  if (value == nullptr) return AmountFault{PollError::schema, "missing"};
  if (unit == Unit::automatic) {
    if (const auto* text = value->if_string()) return from_text({text->data(), text->size()});
    return AmountFault{PollError::schema,
                       std::string(kind_of(*value)) + " where a string such as 885.1 GB is expected"};
  }
  const std::int64_t scale = bytes_per(unit).count;
  if (const auto* whole = value->if_int64()) {
    if (*whole < 0 || *whole > kMaxPlausible.count / scale) return out_of_range();
    return Amount{{*whole * scale}, {scale}};
  }
  if (value->is_uint64()) return out_of_range();  // at least 2^63
  if (const auto* number = value->if_double()) return from_double(*number, scale);
  return AmountFault{PollError::schema, std::string(kind_of(*value)) + " where a number is expected"};
}

}  // namespace taara
