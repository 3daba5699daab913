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

std::string key_below(std::string_view parent, std::string_view key) {
  const std::string own = is_plain(key) ? std::string(key) : in_quotes(key);
  return parent.empty() ? own : std::string(parent) + "." + own;
}

std::string item_of(std::string_view parent, std::size_t index) {
  return std::string(parent) + "[" + std::to_string(index) + "]";
}

}  // namespace taara
