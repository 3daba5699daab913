// SPDX-License-Identifier: Apache-2.0
// IP addresses as literals, strictly: four decimal numbers without leading zeros, or RFC 4291. No octal, hexadecimal or
// shortened IPv4, no zone: forms that libraries read differently are refused.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace taara {

struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // IPv4: the first four. An IPv6 form of an IPv4 address is held as IPv4.
  bool operator==(const IpAddress&) const = default;
};

[[nodiscard]] std::optional<IpAddress> parse_ipv4(std::string_view text);
[[nodiscard]] std::optional<IpAddress> parse_ipv6(std::string_view text);  // without brackets

// One text for each address, without brackets: 192.0.2.1; eight groups of IPv6 in full, but ::1 and ::.
[[nodiscard]] std::string ip_text(const IpAddress& address);

[[nodiscard]] bool is_loopback(const IpAddress& address);  // 127.0.0.0/8, ::1
// A household's own network: RFC 1918 and unique local IPv6 (fc00::/7). Link-local addresses are not among them: on a
// rented server 169.254.169.254 is the provider's metadata service, and no router is reached there.
[[nodiscard]] bool is_private(const IpAddress& address);

}  // namespace taara
