// SPDX-License-Identifier: Apache-2.0
#include "core/wrapped_text.h"

#include <algorithm>

namespace taara {
namespace {

std::size_t columns(std::string_view word) {
  return static_cast<std::size_t>(
      std::count_if(word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void wrap_line(std::string_view text, std::size_t width, std::size_t indent, std::string& out) {
  std::size_t column = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (word.empty()) continue;
    const std::size_t wide = columns(word);
    if (column > 0 && column + 1 + wide > width) {
      out += '\n';
      column = 0;
    }
    out.append(column == 0 ? indent : 1, ' ').append(word);
    column += (column == 0 ? indent : 1) + wide;
  }
  out += '\n';
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  while (true) {
    const auto end = text.find('\n');
    wrap_line(text.substr(0, end), width, indent, out);
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace taara
