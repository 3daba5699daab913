// SPDX-License-Identifier: Apache-2.0
#include "core/listen_address.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

std::string said_of(std::string_view text) {
  const auto address = parse_listen_address(text);
  return address.has_error() ? address.error().what : address->host + " " + std::to_string(address->port);
}

constexpr std::string_view kAllowed =
    "; allowed: one address and port such as 127.0.0.1:10077, [::1]:10077 or localhost:0";
constexpr std::string_view kNoPortAlone =
    "; a port alone would listen on every interface; write 127.0.0.1 and a colon before it";

std::string found(std::string_view shown, std::string_view why) {
  return "found \"" + std::string(shown) + "\"" + std::string(why);
}

TEST(ListenAddress, OneAddressOfThisMachineAndAPort) {
  EXPECT_EQ(said_of("127.0.0.1:10077"), "127.0.0.1 10077");
  EXPECT_EQ(said_of("127.255.0.9:65535"), "127.255.0.9 65535");
  EXPECT_EQ(said_of("[::1]:10077"), "::1 10077");
  EXPECT_EQ(said_of("[0:0:0:0:0:0:0:1]:1"), "::1 1");
  EXPECT_EQ(said_of("[::ffff:127.0.0.1]:1"), "127.0.0.1 1");
  EXPECT_EQ(said_of("localhost:0"), "127.0.0.1 0");
}

TEST(ListenAddress, F05_Trap4_WhatIsNoAddressNeverBecomesAllInterfaces) {
  for (const auto* text : {"256.0.0.0:9100", "999.1.1.1:9100", "1.2.3:9100", "127.1:9100", "1.2.3.4.5:9100",
                           "home:9100", "*:9100", "localhost", "127.0.0.1", "[::1]", "[::1", "[]:1", "[::1%lo]:1",
                           "[127.0.0.1]:1", "", " ", "-1:1", "127.0.0.1:9100s:1"})
    EXPECT_TRUE(parse_listen_address(text).has_error()) << text;
  EXPECT_EQ(said_of("256.0.0.0:9100"), found("256.0.0.0:9100", kAllowed));
  EXPECT_EQ(said_of("999.1.1.1:9100"), found("999.1.1.1:9100", kAllowed));
  EXPECT_EQ(said_of("127.0.0.1"), found("127.0.0.1", kAllowed));
}

TEST(ListenAddress, F05_Trap4_ABarePortIsRefusedWithTheReason) {
  EXPECT_EQ(said_of("9100"), found("9100", kNoPortAlone));
  EXPECT_EQ(said_of("+9100"), found("+9100", kNoPortAlone));
  EXPECT_EQ(said_of(":9100"),
            found(":9100", "; no address before the colon would listen on every interface; write 127.0.0.1 there"));
}

TEST(ListenAddress, F05_Trap4_ACommaListIsRefused) {
  EXPECT_EQ(said_of("127.0.0.1:1,0.0.0.0:2"),
            found("127.0.0.1:1,0.0.0.0:2",
                  "; a comma is not allowed; give each address on its own (the option and the list take several)"));
}

TEST(ListenAddress, F05_OctalHexadecimalAndIntegerFormsAreNoAddresses) {
  for (const auto* text : {"0177.0.0.1:9100", "127.0.0.01:9100", "0x7f.0.0.1:9100", "0x7f000001:9100",
                           "2130706433:9100", "127.0.0.1 :9100", " 127.0.0.1:9100", "127.0.0.1\n:9100"})
    EXPECT_TRUE(parse_listen_address(text).has_error()) << text;
  EXPECT_EQ(said_of("127.0.0.1\n:9100"), found("127.0.0.1\\n:9100", kAllowed));
}

TEST(ListenAddress, OtherInterfacesAreAddressesToo) {
  EXPECT_EQ(said_of("0.0.0.0:9100"), "0.0.0.0 9100");
  EXPECT_EQ(said_of("192.168.1.5:9100"), "192.168.1.5 9100");
  EXPECT_EQ(said_of("[::]:9100"), ":: 9100");
  EXPECT_EQ(said_of("[0:0:0:0:0:0:0:0]:9100"), ":: 9100");
  EXPECT_EQ(said_of("[2001:db8::1]:9100"), "2001:0db8:0000:0000:0000:0000:0000:0001 9100");
  EXPECT_EQ(address_text({"2001:0db8:0000:0000:0000:0000:0000:0001", 9100}),
            "[2001:0db8:0000:0000:0000:0000:0000:0001]:9100");
}

std::string problem_of(const std::string& text, const PublicListening& listening) {
  const ListenAddress address = *parse_listen_address(text);
  return public_listening_problem({&address, 1}, listening).value_or("none");
}

TEST(ListenAddress, F05_BeyondThisMachineNeedsTlsAndAPasswordOrBeingToldTwice) {
  for (const auto* text : {"0.0.0.0:9100", "192.168.1.5:9100", "10.8.0.1:1", "8.8.8.8:9100", "[::]:9100",
                           "[fe80::1]:9100", "[::ffff:0.0.0.0]:9100", "[2001:db8::1]:9100"}) {
    EXPECT_NE(problem_of(text, {}), "none") << text;
    EXPECT_NE(problem_of(text, {.told_by_file = true}), "none") << text;
    EXPECT_NE(problem_of(text, {.told_by_flag = true}), "none") << text;
    EXPECT_EQ(problem_of(text, {.told_by_file = true, .told_by_flag = true}), "none") << text;
    EXPECT_EQ(problem_of(text, {.strangers_kept_out = true}), "none") << text;
  }
  for (const auto* text : {"127.0.0.1:9100", "127.9.9.9:1", "[::1]:1", "localhost:1", "[::ffff:127.0.0.1]:1"})
    EXPECT_EQ(problem_of(text, {}), "none") << text;
  const std::string words = problem_of("0.0.0.0:9100", {});
  for (const auto* way : {"found 0.0.0.0:9100", "127.0.0.1", "--web.config.file", "--web.allow-public", "allow_public"})
    EXPECT_NE(words.find(way), std::string::npos) << words;
  EXPECT_NE(problem_of("[::]:1", {.told_by_flag = true}).find("said once; it takes both"), std::string::npos);
}

TEST(ListenAddress, F05_OneOfSeveralIsEnoughToBeRefused) {
  const std::vector<ListenAddress> both{{"127.0.0.1", 1}, {"192.168.1.5", 1}};
  EXPECT_TRUE(public_listening_problem(both, {}));
}

TEST(ListenAddress, F05_PortsAreZeroOr1To65535WithoutOrnament) {
  constexpr std::string_view kPort = "; the port must be a number from 1 to 65535, or 0 for any free one";
  for (const auto* text : {"127.0.0.1:65536", "127.0.0.1:99999", "127.0.0.1:+9100", "127.0.0.1:-1", "127.0.0.1:",
                           "127.0.0.1:010077", "127.0.0.1:0x1", "127.0.0.1:9100s", "127.0.0.1:9100r", "127.0.0.1:9 1"})
    EXPECT_EQ(said_of(text), found(text, kPort)) << text;
}

TEST(ListenAddress, F05_IPv6NeedsItsBrackets) {
  EXPECT_EQ(said_of("::1:9100"),
            found("::1:9100", "; an IPv6 address stands in brackets and is followed by a port, such as [::1]:10077"));
}

}  // namespace
}  // namespace taara
