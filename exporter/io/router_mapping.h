// SPDX-License-Identifier: Apache-2.0
// Finds, in a router's answer that nobody has seen before, which fields could be the meter. For `probe`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"

namespace taara {

struct NumericField {
  std::string pointer;
  std::string shown;   // the value in words
  double number = 0;   // bytes where `sized`, else what the field counts
  bool sized = false;  // a string such as "885.1 GB"
};

inline constexpr std::size_t kMaxNumericFields = 200;

// Every number, and every string that reads as an amount, with its pointer; personal-looking ones left out. Empty when
// the body is no JSON.
[[nodiscard]] std::vector<NumericField> numeric_fields(std::string_view body);

struct ProposedMapping {
  Mapping mapping;
  bool adds_up = false;  // used + remaining = allocated was seen, so the fields are hardly a coincidence
};

// Names decide what a field is and the sum confirms it; nothing when neither used nor remaining was found.
[[nodiscard]] std::optional<ProposedMapping> propose_mapping(std::string_view body);

}  // namespace taara
