// SPDX-License-Identifier: Apache-2.0
#include "io/redact.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include "core/label.h"
#include "core/size_text.h"
#include "core/time_text.h"
#include "io/line_reply.h"
#include "io/personal_key.h"
#include "io/strict_json.h"

namespace taara {
namespace {

namespace json = boost::json;

constexpr std::string_view kRemoved = "removed";

constexpr std::array<std::string_view, 11> kTextKeys{
    "planName",    "planDisplayName", "remainingBalance",     "expiresIn", "purchasedAt", "historyDate", "currencyCode",
    "historyType", "headLineText",    "balanceSummaryByLine", "message"};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// At most eight digits: a telephone number has more.
bool is_short_number(std::string_view text) {
  const auto digits = std::count_if(text.begin(), text.end(), is_digit);
  return digits > 0 && digits <= 8 && std::count(text.begin(), text.end(), '.') <= 1 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

bool is_harmless_value(std::string_view text) {
  return is_short_number(text) || std::holds_alternative<SizeText>(parse_size(text)) || parse_iso_time(text, nullptr) ||
         parse_us_date(text) || parse_span(text);
}

// Even a harmless text may quote somebody's number, address or token.
std::string scrubbed(std::string_view text) {
  const std::string label = clean_label(text);
  std::string result;
  for (std::string_view rest = label; !rest.empty();) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    const bool personal =
        word.size() > 24 || word.find('@') != word.npos || std::count_if(word.begin(), word.end(), is_digit) >= 5;
    if (!result.empty()) result += ' ';
    result += personal ? kRemoved : word;
  }
  return result;
}

json::value redacted(const json::value& value, std::string_view key, KeyKind kind) {
  if (const auto* object = value.if_object()) {
    json::object copy;
    for (const auto& [name, inner] : *object) {
      const KeyKind own = kind == KeyKind::secluded ? kind : kind_of_key(name);
      copy[shown_key(name)] = redacted(inner, name, own);
    }
    return copy;
  }
  if (const auto* array = value.if_array()) {
    json::array copy;
    copy.reserve(array->size());
    for (const auto& inner : *array) copy.push_back(redacted(inner, key, kind));
    return copy;
  }
  if (value.is_bool() || value.is_null()) return value;
  // Infinite (from 1e400) would be written as what nobody can read again.
  if (const auto* number = value.if_double(); number != nullptr && !std::isfinite(*number)) kind = KeyKind::personal;
  if (kind != KeyKind::harmless) return json::value(json::string_view(kRemoved.data(), kRemoved.size()));
  const auto* text = value.if_string();
  if (text == nullptr || is_harmless_value({text->data(), text->size()})) return value;
  if (std::find(kTextKeys.begin(), kTextKeys.end(), key) != kTextKeys.end())
    return json::value(scrubbed({text->data(), text->size()}));
  return json::value(json::string_view(kRemoved.data(), kRemoved.size()));
}

}  // namespace

std::string redact(std::string_view body, std::string_view content_type) {
  // What is many times too long would stay too long without its personal fields.
  if (body.size() > 4 * kMaxRawBytes) return describe_body(content_type, body);
  const auto parsed = parse_json(body);
  if (const auto* value = std::get_if<json::value>(&parsed)) {
    std::string text = json::serialize(redacted(*value, "", KeyKind::harmless));
    if (text.size() <= kMaxRawBytes) return text;
  }
  return describe_body(content_type, body);
}

}  // namespace taara
