// SPDX-License-Identifier: Apache-2.0
#include "core/ip_address.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace taara {
namespace {

// The hexadecimal groups of an IPv6 address or of one side of its "::".
struct Groups {
  std::array<std::uint16_t, 8> value{};
  std::size_t count = 0;
};

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

bool add_group(Groups& groups, std::string_view text) {
  if (text.empty() || text.size() > 4 || groups.count == groups.value.size()) return false;
  unsigned value = 0;
  for (const char c : text) {
    const auto digit = hex_digit(c);
    if (!digit) return false;
    value = value * 16 + *digit;
  }
  groups.value.at(groups.count++) = static_cast<std::uint16_t>(value);
  return true;
}

// An IPv4 address may stand for the last two groups.
bool add_ipv4(Groups& groups, std::string_view text) {
  const auto v4 = parse_ipv4(text);
  if (!v4 || groups.count + 2 > groups.value.size()) return false;
  for (std::size_t i = 0; i < 4; i += 2)
    groups.value.at(groups.count++) = static_cast<std::uint16_t>(v4->bytes.at(i) * 256U + v4->bytes.at(i + 1));
  return true;
}

std::optional<Groups> parse_groups(std::string_view text, bool at_end) {
  Groups groups;
  if (text.empty()) return groups;
  while (true) {
    const auto colon = text.find(':');
    const auto group = text.substr(0, colon);
    const bool last = colon == std::string_view::npos;
    const bool ipv4 = last && at_end && group.find('.') != std::string_view::npos;
    if (ipv4 ? !add_ipv4(groups, group) : !add_group(groups, group)) return std::nullopt;
    if (last) return groups;
    text.remove_prefix(colon + 1);
  }
}

}  // namespace

std::optional<IpAddress> parse_ipv4(std::string_view text) {
  IpAddress address;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto dot = text.find('.');
    if ((i < 3) == (dot == std::string_view::npos)) return std::nullopt;
    const auto number = text.substr(0, dot);
    if (number.empty() || number.size() > 3 || (number.size() > 1 && number.front() == '0')) return std::nullopt;
    unsigned value = 0;
    for (const char c : number) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > 255) return std::nullopt;
    address.bytes.at(i) = static_cast<std::uint8_t>(value);
    if (i < 3) text.remove_prefix(dot + 1);
  }
  return address;
}

std::optional<IpAddress> parse_ipv6(std::string_view text) {
  const auto gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  const auto front = parse_groups(text.substr(0, has_gap ? gap : text.size()), !has_gap);
  const auto back = has_gap ? parse_groups(text.substr(gap + 2), true) : Groups{};
  if (!front || !back) return std::nullopt;
  if (has_gap ? front->count + back->count > 7 : front->count != 8) return std::nullopt;

  IpAddress address{true, {}};
  const auto put = [&](std::size_t group, std::uint16_t value) {
    address.bytes.at(group * 2) = static_cast<std::uint8_t>(value >> 8U);
    address.bytes.at(group * 2 + 1) = static_cast<std::uint8_t>(value & 0xFFU);
  };
  for (std::size_t i = 0; i < front->count; ++i) put(i, front->value.at(i));
  for (std::size_t i = 0; i < back->count; ++i) put(8 - back->count + i, back->value.at(i));

  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (!std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) return address;
  IpAddress v4;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), v4.bytes.begin());
  return v4;
}

bool is_loopback(const IpAddress& address) {
  if (!address.v6) return address.bytes[0] == 127;
  return std::all_of(address.bytes.begin(), address.bytes.end() - 1, [](auto byte) { return byte == 0; }) &&
         address.bytes[15] == 1;
}

bool is_private(const IpAddress& address) {
  const auto& b = address.bytes;
  if (address.v6) return (b[0] & 0xFEU) == 0xFCU;
  return b[0] == 10 || (b[0] == 172 && (b[1] & 0xF0U) == 16) || (b[0] == 192 && b[1] == 168);
}

std::string ip_text(const IpAddress& address) {
  std::string text;
  if (!address.v6) {
    for (std::size_t i = 0; i < 4; ++i) text += (i > 0 ? "." : "") + std::to_string(address.bytes.at(i));
    return text;
  }
  if (address.bytes == IpAddress{}.bytes) return "::";
  if (is_loopback(address)) return "::1";
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    if (i > 0 && i % 2 == 0) text += ':';
    text += kDigits[address.bytes.at(i) >> 4U];
    text += kDigits[address.bytes.at(i) & 0xFU];
  }
  return text;
}

}  // namespace taara
