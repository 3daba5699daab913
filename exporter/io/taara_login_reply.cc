// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>

#include "io/personal_key.h"
#include "io/request_text.h"
#include "io/taara_reply.h"

namespace taara {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxTokenBytes = 8192;

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-' || c == '+') return 62;
  if (c == '_' || c == '/') return 63;
  return -1;
}

// Both alphabets, with and without padding: a token's maker may have chosen either.
std::optional<std::string> from_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const int value = sextet(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU);
  }
  return bytes;
}

std::optional<std::string> find_partner(const json::value& value, const std::string& pointer) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, inner] : *object) {
      const std::string here = pointer + pointer_step(shown_key(key));
      const bool named = key == "partnerId" || key == "partner_id" || key == "partnerID";
      if (named && (inner.is_string() || inner.is_int64())) return here;
      if (auto deeper = find_partner(inner, here)) return deeper;
    }
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      if (auto deeper = find_partner((*array)[i], pointer + "/" + std::to_string(i))) return deeper;
  }
  return std::nullopt;
}

}  // namespace

std::variant<std::string, JsonFault> parse_login(std::string_view body) {
  const auto parsed = parse_json(body);
  if (const auto* fault = std::get_if<JsonFault>(&parsed)) return *fault;
  const auto& root = std::get<json::value>(parsed);
  const auto* token = member(root, "accessToken");
  if (token == nullptr) return JsonFault{PollError::schema, "/accessToken is missing"};
  const auto* text = token->if_string();
  if (text == nullptr)
    return JsonFault{PollError::schema, "/accessToken is " + std::string(kind_of(*token)) + ", not a string"};
  if (text->size() > kMaxTokenBytes || !fits_header({text->data(), text->size()}))
    return JsonFault{PollError::schema, "/accessToken is empty, too long or holds characters that no token has"};
  return std::string(text->data(), text->size());
}

std::optional<std::string> subscriber_of(std::string_view token) {
  const auto first = token.find('.');
  const auto second = token.find('.', first == token.npos ? first : first + 1);
  if (first == token.npos || second == token.npos) return std::nullopt;
  const auto claims = from_base64(token.substr(first + 1, second - first - 1));
  if (!claims) return std::nullopt;
  const auto parsed = parse_json(*claims);
  const auto* root = std::get_if<json::value>(&parsed);
  const auto* sub = root == nullptr ? nullptr : member(*root, "sub");
  if (sub == nullptr) return std::nullopt;
  if (const auto* text = sub->if_string(); text != nullptr && fits_path({text->data(), text->size()}))
    return std::string(text->data(), text->size());
  if (const auto* number = sub->if_int64(); number != nullptr && *number >= 0) return std::to_string(*number);
  return std::nullopt;
}

std::optional<std::string> partner_pointer(std::string_view body) {
  const auto parsed = parse_json(body);
  const auto* root = std::get_if<json::value>(&parsed);
  return root == nullptr ? std::nullopt : find_partner(*root, "");
}

std::optional<std::string> partner_id_in(std::string_view body) {
  const auto parsed = parse_json(body);
  const auto* root = std::get_if<json::value>(&parsed);
  const auto pointer = root == nullptr ? std::nullopt : find_partner(*root, "");
  if (!pointer) return std::nullopt;
  json::error_code error;
  const auto* const found = root->find_pointer(*pointer, error);
  const auto* const text = found == nullptr ? nullptr : found->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string(text->data(), text->size());
}

}  // namespace taara
