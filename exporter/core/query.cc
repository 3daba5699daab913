// SPDX-License-Identifier: Apache-2.0
#include "core/query.h"

#include <algorithm>
#include <optional>

#include "core/in_quotes.h"
#include "core/utf8.h"

namespace taara {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

Result<std::string> decode(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    if (text.front() != '%') {
      decoded += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto high = text.size() > 2 ? hex_digit(text[1]) : std::nullopt;
    const auto low = text.size() > 2 ? hex_digit(text[2]) : std::nullopt;
    if (!high || !low)
      return Error{Errc::invalid, "in the query a % is followed by " + in_quotes(text.substr(1, 2)) +
                                      "; two hex digits are needed, and %25 for the sign itself"};
    decoded += static_cast<char>(*high * 16 + *low);
    text.remove_prefix(3);
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(decoded.begin(), decoded.end(), is_control))
    return Error{Errc::invalid, "the query holds a control character: " + in_quotes(decoded)};
  if (valid_utf8_bytes(decoded) != decoded.size())
    return Error{Errc::invalid, "the query is not UTF-8: " + in_quotes(decoded)};
  return decoded;
}

Result<QueryParameter> read_parameter(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return Error{Errc::invalid, "the query holds " + in_quotes(text) + "; name=value is needed"};
  auto name = decode(text.substr(0, equals));
  if (!name) return name.error();
  auto value = decode(text.substr(equals + 1));
  if (!value) return value.error();
  return QueryParameter{std::move(*name), std::move(*value)};
}

}  // namespace

Result<std::vector<QueryParameter>> parse_query(std::string_view text) {
  std::vector<QueryParameter> parameters;
  if (text.empty()) return parameters;
  if (text.size() > kMaxQueryBytes)
    return Error{Errc::invalid, "the query has " + std::to_string(text.size()) + " bytes; at most " +
                                    std::to_string(kMaxQueryBytes) + " are allowed"};
  for (;;) {
    const std::size_t end = std::min(text.find('&'), text.size());
    auto parameter = read_parameter(text.substr(0, end));
    if (!parameter) return parameter.error();
    const auto same = [&](const QueryParameter& other) { return other.name == parameter->name; };
    if (std::any_of(parameters.begin(), parameters.end(), same))
      return Error{Errc::invalid, "the parameter " + in_quotes(parameter->name) + " is there twice; give it once"};
    if (parameters.size() == kMaxQueryParameters)
      return Error{Errc::invalid,
                   "the query has more than " + std::to_string(kMaxQueryParameters) + " parameters; give fewer"};
    parameters.push_back(std::move(*parameter));
    if (end == text.size()) return parameters;
    text.remove_prefix(end + 1);
  }
}

}  // namespace taara
