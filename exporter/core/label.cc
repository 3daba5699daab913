// SPDX-License-Identifier: Apache-2.0
#include "core/label.h"

#include <cstdint>

namespace taara {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Decoded {
  char32_t character;
  std::size_t length;  // bytes taken, at least 1
};

// The first character of a text that isn't empty. Overlong forms, surrogates and what is cut off are replaced, byte by
// byte.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {kReplacement, 1};
  char32_t character = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {kReplacement, 1};
    character = (character << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (overlong || surrogate || character > 0x10FFFF) return {kReplacement, 1};
  return {character, length};
}

bool is_space(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000;
}

// Marks that are invisible or turn the direction of writing, and characters that Unicode keeps free.
bool is_dropped(char32_t c) {
  return c == 0xAD || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFEU) == 0xFFFE ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

}  // namespace

std::string clean_label(std::string_view text) {
  std::string label;
  bool space_due = false;
  while (!text.empty()) {
    const auto [character, length] = decode(text);
    const std::string_view bytes = character == kReplacement ? "\xEF\xBF\xBD" : text.substr(0, length);
    text.remove_prefix(length);
    if (is_space(character)) {
      space_due = !label.empty();
      continue;
    }
    if (is_dropped(character)) continue;
    if (label.size() + (space_due ? 1 : 0) + bytes.size() > kMaxLabelBytes) break;
    if (space_due) label += ' ';
    space_due = false;
    label += bytes;
  }
  return label;
}

}  // namespace taara
