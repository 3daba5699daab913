// SPDX-License-Identifier: Apache-2.0
// An amount of data in a JSON value: a number that counts a known unit, or a string such as "885.1 GB".
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <variant>

#include "core/bytes.h"
#include "core/config.h"
#include "core/reading.h"

namespace taara {

struct Amount {
  Bytes bytes;
  Bytes resolution;  // of the last digit that was seen, at least one byte
};

struct AmountFault {
  PollError kind;    // schema, range or unit
  std::string what;  // what was found and what is expected; never the value
};

using AmountResult = std::variant<Amount, AmountFault>;

// `value` null: the field is missing. Unit::automatic takes strings only, the other units numbers only: a number in
// quotes is a fault (R31). Accepts 0 to kMaxPlausible; a fraction only where the unit is larger than a byte.
[[nodiscard]] AmountResult amount(const boost::json::value* value, Unit unit);

}  // namespace taara
