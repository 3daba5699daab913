// SPDX-License-Identifier: Apache-2.0
#include "io/personal_key.h"

#include <algorithm>
#include <array>
#include <vector>

namespace taara {
namespace {

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// Keys of the line's own contract that the rules below would hide.
constexpr std::array<std::string_view, 3> kKnown{"planName", "planDisplayName", "subscriberActiveAndUnusedPlans"};

// Long enough to mean the same wherever they stand in a key.
constexpr std::array<std::string_view, 28> kSecludedStems{
    "phone",    "msisdn",    "email",   "passw",    "passcode",  "secret",     "token",
    "serial",   "imei",      "imsi",    "iccid",    "ssid",      "address",    "location",
    "latitude", "longitude", "contact", "session",  "cookie",    "birth",      "gender",
    "hotspot",  "partner",   "mobile",  "hostname", "bluetooth", "credential", "authorization"};
constexpr std::array<std::string_view, 6> kPersonalStems{"username",   "subscriber", "customer",
                                                         "nationalid", "account",    "passport"};

// Short ones count as whole words only: "lat" is not in "latency", "id" is not in "paid".
constexpr std::array<std::string_view, 17> kSecludedWords{"mail",   "mac",     "lat",    "lon",     "lng",   "gps",
                                                          "device", "devices", "client", "clients", "owner", "person",
                                                          "dob",    "pin",     "sim",    "city",    "street"};
constexpr std::array<std::string_view, 10> kPersonalWords{"id",    "ids",    "uuid", "guid", "name",
                                                          "names", "number", "user", "ip",   "host"};

// planId, plan_id and PLAN-ID are all "plan", "id"; subscriberID is "subscriber", "id".
std::vector<std::string> words_of(std::string_view key) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < key.size(); ++i) {
    const char c = key[i];
    if (!is_upper(c) && !is_lower(c)) {
      words.emplace_back();
      continue;
    }
    const bool starts = is_upper(c) && i > 0 &&
                        (is_lower(key[i - 1]) || (is_upper(key[i - 1]) && i + 1 < key.size() && is_lower(key[i + 1])));
    if (starts) words.emplace_back();
    words.back() += lower(c);
  }
  return words;
}

template <std::size_t N>
bool holds_stem(const std::array<std::string_view, N>& stems, std::string_view key) {
  return std::any_of(stems.begin(), stems.end(), [&](auto stem) { return key.find(stem) != std::string_view::npos; });
}

template <std::size_t N>
bool holds_word(const std::array<std::string_view, N>& list, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const auto& word) { return std::find(list.begin(), list.end(), word) != list.end(); });
}

}  // namespace

KeyKind kind_of_key(std::string_view key) {
  if (std::find(kKnown.begin(), kKnown.end(), key) != kKnown.end()) return KeyKind::harmless;
  const auto words = words_of(key);
  std::string letters;
  for (const auto& word : words) letters += word;
  if (holds_stem(kSecludedStems, letters) || holds_word(kSecludedWords, words)) return KeyKind::secluded;
  if (holds_stem(kPersonalStems, letters) || holds_word(kPersonalWords, words)) return KeyKind::personal;
  return KeyKind::harmless;
}

std::string shown_key(std::string_view key) {
  const auto plain = [](char c) {
    return is_upper(c) || is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
  };
  const bool readable = !key.empty() && key.size() <= 48 && (is_upper(key[0]) || is_lower(key[0]) || key[0] == '_') &&
                        std::all_of(key.begin(), key.end(), plain);
  // Five digits or more are an identifier; three hyphens or dots are an address.
  const bool is_data = std::count_if(key.begin(), key.end(), is_digit) >= 5 ||
                       std::count(key.begin(), key.end(), '-') >= 3 || std::count(key.begin(), key.end(), '.') >= 3;
  return readable && !is_data ? std::string(key) : "hidden";
}

}  // namespace taara
