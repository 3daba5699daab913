// SPDX-License-Identifier: Apache-2.0
#include "core/ip_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace taara {
namespace {

// The C library as judge.
std::optional<IpAddress> judged(const std::string& text, int family) {
  IpAddress address{family == AF_INET6, {}};
  if (::inet_pton(family, text.c_str(), address.bytes.data()) != 1) return std::nullopt;
  const auto& b = address.bytes;
  const bool mapped = address.v6 && std::all_of(b.begin(), b.begin() + 10, [](auto byte) { return byte == 0; }) &&
                      b[10] == 0xFF && b[11] == 0xFF;
  if (!mapped) return address;
  return IpAddress{false, {b[12], b[13], b[14], b[15]}};
}

std::string mutated(std::string text, std::mt19937& random, std::string_view letters) {
  const auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (std::size_t edits = pick(4); edits > 0; --edits) {
    const std::size_t at = pick(text.size() + 1);
    if (pick(2) == 0 && at < text.size())
      text.erase(at, 1);
    else
      text.insert(at, 1, letters[pick(letters.size())]);
  }
  return text;
}

TEST(IpAddress, ReadsExactlyWhatTheCLibraryReads) {
  std::mt19937 random(1);  // NOLINT: the same texts each time
  for (int i = 0; i < 5'000; ++i) {
    for (const auto* seed : {"127.0.0.1", "255.249.10.0"}) {
      const auto text = mutated(seed, random, "0123456789.");
      EXPECT_EQ(parse_ipv4(text), judged(text, AF_INET)) << text;
    }
    for (const auto* seed :
         {"::1", "fd00::12:abcd", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "1:2:3:4:5:6:9.8.7.6", "::"}) {
      const auto text = mutated(seed, random, "0123456789abfF:.");
      EXPECT_EQ(parse_ipv6(text), judged(text, AF_INET6)) << text;
    }
  }
}

TEST(IpAddress, F05_AmbiguousFormsAreNone) {
  for (const auto* text : {"", "1", "1.2", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "01.2.3.4", "1.2.3.256",
                           "0x1.2.3.4", "1.2.3.4 ", "+1.2.3.4", "1.2.3.-4", "1.2.3.0004"})
    EXPECT_FALSE(parse_ipv4(text)) << text;
  for (const auto* text : {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::g",
                           "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7::8", "::1.2.3", "1.2.3.4::", "::1:"})
    EXPECT_FALSE(parse_ipv6(text)) << text;
}

TEST(IpAddress, LoopbackAndPrivateNetworks) {
  EXPECT_TRUE(is_loopback(*parse_ipv4("127.0.0.1")));
  EXPECT_TRUE(is_loopback(*parse_ipv4("127.255.255.255")));
  EXPECT_FALSE(is_loopback(*parse_ipv4("128.0.0.1")));
  EXPECT_TRUE(is_loopback(*parse_ipv6("::1")));
  EXPECT_TRUE(is_loopback(*parse_ipv6("::ffff:127.0.0.1")));
  EXPECT_FALSE(is_loopback(*parse_ipv6("::")));
  EXPECT_FALSE(is_loopback(*parse_ipv6("100::1")));
  for (const auto* text : {"10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.88.1"})
    EXPECT_TRUE(is_private(*parse_ipv4(text))) << text;
  for (const auto* text : {"9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "192.167.1.1", "192.169.0.1",
                           "169.254.169.254", "100.64.0.1", "0.0.0.0", "127.0.0.1"})
    EXPECT_FALSE(is_private(*parse_ipv4(text))) << text;
  EXPECT_TRUE(is_private(*parse_ipv6("fd00::1")));
  EXPECT_TRUE(is_private(*parse_ipv6("fc00::1")));
  EXPECT_TRUE(is_private(*parse_ipv6("::ffff:192.168.88.1")));
  EXPECT_FALSE(is_private(*parse_ipv6("fe80::1")));
  EXPECT_FALSE(is_private(*parse_ipv6("2001:db8::1")));
}

}  // namespace
}  // namespace taara
