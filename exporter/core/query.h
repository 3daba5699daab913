// SPDX-License-Identifier: Apache-2.0
// The parameters behind the ? of an address. Strict: what isn't clear is an error and never a guess.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace taara {

struct QueryParameter {
  std::string name;
  std::string value;
};

inline constexpr std::size_t kMaxQueryBytes = 1024;
inline constexpr std::size_t kMaxQueryParameters = 8;

// "a=1&b=%20x"; empty for no parameters. A + stays a plus sign, so that a time zone can be written as it is. Errors:
// too long, too many, a % without two hex digits, a control character or bytes that are no UTF-8, a name that is
// missing or comes twice.
[[nodiscard]] Result<std::vector<QueryParameter>> parse_query(std::string_view text);

}  // namespace taara
