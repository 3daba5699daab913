// SPDX-License-Identifier: Apache-2.0
#include "core/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "core/utf8.h"

namespace taara {
namespace {

constexpr std::size_t kPiece = std::size_t{16} * 1024;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
    out += c;
    return;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u00";
  out += kHex[static_cast<unsigned char>(c) / 16];
  out += kHex[static_cast<unsigned char>(c) % 16];
}

}  // namespace

void JsonWriter::before_value() {
  if (comma_) held_ += ',';
  comma_ = true;
}

void JsonWriter::begin(char bracket) {
  before_value();
  held_ += bracket;
  comma_ = false;
}

void JsonWriter::end(char bracket) {
  held_ += bracket;
  comma_ = true;
  if (held_.size() >= kPiece) finish();
}

void JsonWriter::key(std::string_view name) {
  before_value();
  append_text(name);
  held_ += ':';
  comma_ = false;
}

void JsonWriter::literal(std::string_view text) {
  before_value();
  held_ += text;
}

void JsonWriter::write_signed(std::int64_t number) {
  before_value();
  append_number(held_, number);
}

void JsonWriter::write_unsigned(std::uint64_t number) {
  before_value();
  append_number(held_, number);
}

void JsonWriter::value(double number) {
  if (!std::isfinite(number)) {
    null();
    return;
  }
  before_value();
  append_number(held_, number);
}

void JsonWriter::value(std::string_view text) {
  before_value();
  append_text(text);
}

void JsonWriter::append_text(std::string_view text) {
  held_ += '"';
  while (!text.empty()) {
    const std::size_t valid = valid_utf8_bytes(text);
    for (const char c : text.substr(0, valid)) append_escaped(held_, c);
    text.remove_prefix(valid);
    if (text.empty()) break;
    held_ += kReplacement;
    text.remove_prefix(1);
  }
  held_ += '"';
}

void JsonWriter::finish() {
  if (wanted_ && !held_.empty()) wanted_ = sink_(held_);
  held_.clear();
}

}  // namespace taara
