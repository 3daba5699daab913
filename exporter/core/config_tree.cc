// SPDX-License-Identifier: Apache-2.0
#include "core/config_tree.h"

#include <algorithm>

#include "core/in_quotes.h"

namespace taara {
namespace {

constexpr std::size_t kMaxPlainKeyBytes = 40;

bool is_plain(std::string_view key) {
  return !key.empty() && key.size() <= kMaxPlainKeyBytes && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

ConfigNode text_node(std::string_view text) {
  ConfigNode node;
  node.kind = ConfigNode::Kind::scalar;
  node.text = text;
  return node;
}

ConfigNode list_of(const std::vector<std::string>& texts) {
  ConfigNode list;
  list.kind = ConfigNode::Kind::list;
  for (const auto& text : texts) list.items.push_back(text_node(text));
  return list;
}

ConfigNode& child(ConfigNode& parent, std::string_view key) {
  parent.kind = ConfigNode::Kind::map;
  const auto entry =
      std::find_if(parent.entries.begin(), parent.entries.end(), [&](const ConfigEntry& e) { return e.key == key; });
  if (entry != parent.entries.end()) return entry->value;
  return parent.entries.emplace_back(ConfigEntry{std::string(key), 1, 1, {}}).value;
}

std::string key_below(std::string_view parent, std::string_view key) {
  const std::string own = is_plain(key) ? std::string(key) : in_quotes(key);
  return parent.empty() ? own : std::string(parent) + "." + own;
}

std::string item_of(std::string_view parent, std::size_t index) {
  return std::string(parent) + "[" + std::to_string(index) + "]";
}

}  // namespace taara
