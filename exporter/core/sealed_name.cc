// SPDX-License-Identifier: Apache-2.0
#include "core/sealed_name.h"

#include <algorithm>

namespace taara {

bool is_sealed_name(std::string_view text) {
  constexpr std::size_t kMost = 63;
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kMost && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), fits);
}

}  // namespace taara
