// SPDX-License-Identifier: Apache-2.0
#include "core/line_splitter.h"

#include <algorithm>

#include "core/utf8.h"

namespace taara {
namespace {

bool is_control(char c) { return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7F'; }

LineFault fault_of(std::string_view line) {
  if (line.ends_with('\r')) return LineFault::carriage_return;
  if (valid_utf8_bytes(line) != line.size() || std::any_of(line.begin(), line.end(), is_control))
    return LineFault::not_text;
  return LineFault::none;
}

}  // namespace

void LineSplitter::feed(std::string_view piece) {
  while (!piece.empty()) {
    const auto end = piece.find('\n');
    add(piece.substr(0, end));
    if (end == std::string_view::npos) return;
    end_line();
    piece.remove_prefix(end + 1);
  }
}

void LineSplitter::finish() {
  if (!line_.empty() || too_long_) end_line();
}

void LineSplitter::add(std::string_view part) {
  too_long_ = too_long_ || line_.size() + part.size() > kLongestLine;
  if (too_long_)
    line_.clear();
  else
    line_.append(part);
}

void LineSplitter::end_line() {
  const LineFault fault = too_long_ ? LineFault::too_long : fault_of(line_);
  take_({number_, fault == LineFault::none ? std::string_view(line_) : std::string_view(), fault});
  line_.clear();
  too_long_ = false;
  ++number_;
}

}  // namespace taara
