// SPDX-License-Identifier: Apache-2.0
// A configuration file as a plain tree in which every value knows its place. Keys are unique within their map.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace taara {

struct ConfigEntry;

struct ConfigNode {
  enum class Kind { nothing, scalar, list, map };
  Kind kind = Kind::nothing;
  int line = 1;
  int column = 1;
  std::string text;                  // scalar
  std::vector<ConfigNode> items;     // list
  std::vector<ConfigEntry> entries;  // map
};

struct ConfigEntry {
  std::string key;
  int line = 1;  // of the key
  int column = 1;
  ConfigNode value;
};

// A scalar, and a list of them.
[[nodiscard]] ConfigNode text_node(std::string_view text);
[[nodiscard]] ConfigNode list_of(const std::vector<std::string>& texts);
// The value below `parent`, which becomes a map. A key that isn't there is added at the end, with nothing.
[[nodiscard]] ConfigNode& child(ConfigNode& parent, std::string_view key);

// The name of a value inside another: "households[0]" and "plan" give households[0].plan. A key that is no plain word
// is quoted.
[[nodiscard]] std::string key_below(std::string_view parent, std::string_view key);
[[nodiscard]] std::string item_of(std::string_view parent, std::size_t index);

}  // namespace taara
