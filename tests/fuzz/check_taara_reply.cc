// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/size_text.h"
#include "core/time_text.h"
#include "fuzz/rules.h"
#include "io/redact.h"
#include "io/request_text.h"
#include "io/taara_reply.h"

namespace taara::fuzz {
namespace {

namespace json = boost::json;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char byte : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(byte);
    for (held += 8; held >= 6; held -= 6) text += kAlphabet[bits >> (held - 6) & 63U];
  }
  if (held > 0) text += kAlphabet[bits << (6 - held) & 63U];
  return text;
}

void must_be_subscriber(const std::optional<std::string>& id) {
  must(!id || fits_path(*id), "a subscriber id that is more than one step of a path");
}

// Amounts, times and short words only: no telephone number, no mail address, no token.
bool is_impersonal(std::string_view text) {
  if (std::holds_alternative<SizeText>(parse_size(text)) || parse_iso_time(text, nullptr) || parse_us_date(text) ||
      parse_span(text))
    return true;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.size() > 24 || word.find('@') != std::string_view::npos) return false;
    if (std::count_if(word.begin(), word.end(), is_digit) > 8) return false;
  }
  return true;
}

void must_be_impersonal(const json::value& value) {
  if (const auto* const text = value.if_string())
    must(is_impersonal({text->data(), text->size()}), "a personal text is kept");
  if (const auto* const array = value.if_array())
    for (const auto& inner : *array) must_be_impersonal(inner);
  if (const auto* const object = value.if_object())
    for (const auto& [key, inner] : *object) {
      must(std::count_if(key.begin(), key.end(), is_digit) < 5, "a key that is data is kept");
      must_be_impersonal(inner);
    }
}

void check_kept(std::string_view body) {
  const std::string kept = redact(body, "application/json");
  must(kept.size() <= kMaxRawBytes, "more is kept than there is room for");
  const auto again = parse_json(kept);
  if (const auto* const value = std::get_if<json::value>(&again))
    must_be_impersonal(*value);
  else
    must(kept.starts_with("application/json, "), "what is kept is no JSON");
}

void check_login(std::string_view body) {
  const auto login = parse_login(body);
  if (const auto* const fault = std::get_if<JsonFault>(&login)) {
    must_be_words(fault->what, 1000);
    must(fault->what.find(kCanary) == std::string::npos, "a fault that repeats a value");
    return;
  }
  const auto& token = std::get<std::string>(login);
  must(fits_header(token) && token.size() <= 8192, "a token that can't stand in a header");
  must_be_subscriber(subscriber_of(token));
}

}  // namespace

void check_taara_reply(Input input) {
  const std::string_view body = text_of(input);
  const auto* const zone = body.size() % 2 == 0 ? nullptr : household().zone;
  must_be_sound(parse_bundle(body, kNow, zone));
  check_login(body);
  must_be_subscriber(subscriber_of(body));
  must_be_subscriber(subscriber_of("e30." + base64(body) + ".sig"));
  const auto pointer = partner_pointer(body);
  const auto partner = partner_id_in(body);
  must(pointer || !partner, "a partner id that stands nowhere");
  if (pointer) must_be_words(*pointer, body.size() * 2 + 64);
  check_kept(body);
}

}  // namespace taara::fuzz
