// SPDX-License-Identifier: Apache-2.0
#include "core/in_quotes.h"

#include <cstddef>

namespace taara {
namespace {

constexpr std::size_t kMaxShownBytes = 60;
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text.substr(0, kMaxShownBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      shown += '\\';
      shown += c;
    } else if (c == '\n') {
      shown += "\\n";
    } else if (byte < 0x20 || byte >= 0x7f) {
      shown += "\\x";
      shown += kHexDigits[byte >> 4U];
      shown += kHexDigits[byte & 0xfU];
    } else {
      shown += c;
    }
  }
  return shown + (text.size() > kMaxShownBytes ? "...\"" : "\"");
}

}  // namespace taara
