// SPDX-License-Identifier: Apache-2.0
#include "line_sim/json_text.h"

#include <optional>

namespace taara::line_sim {
namespace {

struct Place {
  std::size_t key;
  std::size_t value;
  std::size_t end;  // behind the value
};

std::size_t string_end(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at + 1;
}

std::size_t value_end(std::string_view json, std::size_t at) {
  int depth = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = string_end(json, at);
      if (depth == 0) return at;
      continue;
    }
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at + 1;
    ++at;
  }
  return at;
}

std::optional<Place> find(std::string_view json, std::string_view field, std::size_t from) {
  const std::string key = json_string(field) + ':';
  const std::size_t at = json.find(key, from);
  if (at == std::string_view::npos) return std::nullopt;
  return Place{at, at + key.size(), value_end(json, at + key.size())};
}

}  // namespace

std::string json_string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20) {
      out += "\\u00";
      out += {kHex[byte >> 4U], kHex[byte & 15U]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

bool replace_value(std::string& json, std::string_view field, std::string_view literal, std::size_t from) {
  const auto place = find(json, field, from);
  if (place) json.replace(place->value, place->end - place->value, literal);
  return place.has_value();
}

bool remove_field(std::string& json, std::string_view field, std::size_t from) {
  auto place = find(json, field, from);
  if (!place) return false;
  if (place->end < json.size() && json[place->end] == ',') {
    ++place->end;
  } else if (place->key > 0 && json[place->key - 1] == ',') {
    --place->key;
  }
  json.erase(place->key, place->end - place->key);
  return true;
}

bool rename_field(std::string& json, std::string_view field, std::string_view name, std::size_t from) {
  const auto place = find(json, field, from);
  if (place) json.replace(place->key, place->value - place->key, json_string(name) + ':');
  return place.has_value();
}

bool duplicate_field(std::string& json, std::string_view field, std::string_view literal, std::size_t from) {
  const auto place = find(json, field, from);
  if (place) json.insert(place->end, ',' + json_string(field) + ':' + std::string(literal));
  return place.has_value();
}

}  // namespace taara::line_sim
