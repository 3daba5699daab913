// SPDX-License-Identifier: Apache-2.0
#include "core/bcrypt_hash.h"

#include <algorithm>

namespace taara {
namespace {

constexpr std::size_t kLength = 60;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_bcrypt_base64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '/';
}

}  // namespace

std::optional<BcryptHash> parse_bcrypt_hash(std::string_view text) {
  if (text.size() != kLength || !text.starts_with("$2") || text[3] != '$' || text[6] != '$') return std::nullopt;
  if (text[2] != 'a' && text[2] != 'b' && text[2] != 'y') return std::nullopt;
  if (!is_digit(text[4]) || !is_digit(text[5])) return std::nullopt;
  const auto rest = text.substr(7);
  if (!std::all_of(rest.begin(), rest.end(), is_bcrypt_base64)) return std::nullopt;
  return BcryptHash{std::string(text), (text[4] - '0') * 10 + (text[5] - '0')};
}

BcryptHash hash_of_nobody(int cost) {
  std::string text = "$2b$";
  text += static_cast<char>('0' + cost / 10);
  text += static_cast<char>('0' + cost % 10);
  // A salt of zeros and a digest that nothing was hashed to; the result is never taken for a match anyway.
  text += "$" + std::string(53, '.');
  return {text, cost};
}

}  // namespace taara
