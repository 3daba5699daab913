// SPDX-License-Identifier: Apache-2.0
#include "core/yaml_text.h"

#include <algorithm>
#include <array>

namespace taara {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Words that some reader of YAML takes for something else than a text.
bool is_taken(std::string_view word) {
  constexpr std::array<std::string_view, 8> kTaken{"true", "false", "yes", "no", "on", "off", "null", "y"};
  std::string lower;
  for (const char c : word) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower == "n" || std::find(kTaken.begin(), kTaken.end(), lower) != kTaken.end();
}

bool is_plain(std::string_view text) {
  if (text.empty() || is_taken(text)) return false;
  const bool begins = is_letter(text.front()) || text.front() == '/' || text.starts_with("./");
  return begins && std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/' || c == '@';
         });
}

std::string scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted.append(1, '\\').append(1, c);
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted.append("\\x").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 15U]);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

void write(const ConfigNode& node, std::size_t indent, std::string& out);

// What follows a key or a dash.
void write_value(const ConfigNode& node, std::size_t indent, std::string& out) {
  switch (node.kind) {
    case ConfigNode::Kind::nothing:
      out += " ~\n";
      return;
    case ConfigNode::Kind::scalar:
      out += " " + scalar(node.text) + "\n";
      return;
    case ConfigNode::Kind::list:
      out += node.items.empty() ? " []\n" : "\n";
      break;
    case ConfigNode::Kind::map:
      out += node.entries.empty() ? " {}\n" : "\n";
      break;
  }
  write(node, indent, out);
}

void write(const ConfigNode& node, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  for (const ConfigEntry& entry : node.entries) {
    out += margin + scalar(entry.key) + ":";
    write_value(entry.value, indent + 2, out);
  }
  for (const ConfigNode& item : node.items) {
    if (item.kind != ConfigNode::Kind::map || item.entries.empty()) {
      out += margin + "-";
      write_value(item, indent + 2, out);
      continue;
    }
    std::string inner;
    write(item, indent + 2, inner);
    inner[indent] = '-';  // the first key stands behind the dash
    out += inner;
  }
}

}  // namespace

std::string yaml_text(const ConfigNode& tree) {
  std::string out;
  if (tree.kind == ConfigNode::Kind::map || tree.kind == ConfigNode::Kind::list) write(tree, 0, out);
  return out;
}

}  // namespace taara
