// SPDX-License-Identifier: Apache-2.0
#include "core/html_writer.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"

namespace taara {
namespace {

constexpr std::size_t kPiece = std::size_t{16} * 1024;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
// After these no line break: it would show as a space.
constexpr std::array<std::string_view, 5> kInline{"a", "b", "bdi", "span", "text"};

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      return;
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '"':
      out += "&quot;";
      return;
    case '\'':
      out += "&#39;";
      return;
    default:
      break;
  }
  const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  if (control && c != '\n' && c != '\t')
    out += kReplacement;
  else
    out += c;
}

void append_text(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t valid = valid_utf8_bytes(text);
    for (const char c : text.substr(0, valid)) append_escaped(out, c);
    text.remove_prefix(valid);
    if (text.empty()) return;
    out += kReplacement;
    text.remove_prefix(1);
  }
}

void append_tag(std::string& out, Markup tag, HtmlAttributes attributes) {
  out.append("<").append(tag.text());
  for (const HtmlAttribute& attribute : attributes) {
    out.append(" ").append(attribute.name.text()).append("=\"");
    append_text(out, attribute.value);
    out += '"';
  }
  out += '>';
}

}  // namespace

void HtmlWriter::begin(Markup tag, HtmlAttributes attributes) {
  append_tag(held_, tag, attributes);
  open_.push_back(tag.text());
}

void HtmlWriter::end() {
  const std::string_view tag = open_.back();
  open_.pop_back();
  held_.append("</").append(tag).append(">");
  if (std::find(kInline.begin(), kInline.end(), tag) == kInline.end()) held_ += '\n';
  if (held_.size() >= kPiece) finish();
}

void HtmlWriter::text(std::string_view text) { append_text(held_, text); }

void HtmlWriter::element(Markup tag, HtmlAttributes attributes, std::string_view text) {
  begin(tag, attributes);
  append_text(held_, text);
  end();
}

void HtmlWriter::single(Markup tag, HtmlAttributes attributes) {
  append_tag(held_, tag, attributes);
  held_ += '\n';
}

void HtmlWriter::finish() {
  if (wanted_ && !held_.empty()) wanted_ = sink_(held_);
  held_.clear();
}

}  // namespace taara
