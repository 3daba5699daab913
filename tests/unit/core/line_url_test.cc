// SPDX-License-Identifier: Apache-2.0
#include "core/line_url.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

std::string read(std::string_view text, SourceKind source) {
  const auto url = parse_line_url(text, source);
  return url.has_error() ? "refused: " + url.error().what : *url;
}

TEST(LineUrl, F04_HttpsWithHostPortAndPath) {
  constexpr auto kTaara = SourceKind::taara;
  EXPECT_EQ(read("https://share.taara.company", kTaara), "https://share.taara.company");
  EXPECT_EQ(read("https://share.taara.company/", kTaara), "https://share.taara.company");
  EXPECT_EQ(read("https://Share.Taara.Company:8443/r/1//", kTaara), "https://share.taara.company:8443/r/1");
  EXPECT_EQ(read("https://xn--tra-0ia.company/a%2Fb", kTaara), "https://xn--tra-0ia.company/a%2Fb");
  EXPECT_EQ(read("https://203.0.113.9", kTaara), "https://203.0.113.9");
  EXPECT_EQ(read("https://[2001:db8::1]:443", kTaara), "https://[2001:db8::1]:443");
}

TEST(LineUrl, F04_PlainHttpOnlyOnThisMachineAndForARouterAtAPrivateAddress) {
  for (const auto source : {SourceKind::taara, SourceKind::router}) {
    EXPECT_EQ(read("http://127.0.0.1:8080/r/1", source), "http://127.0.0.1:8080/r/1");
    EXPECT_EQ(read("http://localhost:1", source), "http://localhost:1");
    EXPECT_EQ(read("http://[::1]", source), "http://[::1]");
    for (const auto* url : {"http://8.8.8.8", "http://share.taara.company", "http://0.0.0.0", "http://[::]",
                            "http://169.254.169.254", "http://localhost.example", "http://127.0.0.1.example"})
      EXPECT_TRUE(read(url, source).starts_with("refused: found http")) << url;
  }
  for (const auto* url :
       {"http://192.168.88.1", "http://10.1.2.3:8080", "http://172.20.0.1/page", "http://[fd12::1]"}) {
    EXPECT_EQ(read(url, SourceKind::router), url);
    EXPECT_TRUE(read(url, SourceKind::taara).starts_with("refused: found http,")) << url;
  }
}

TEST(LineUrl, F04_EverythingElseIsRefused) {
  for (const auto* url : {"",
                          "share.taara.company",
                          "//share.taara.company",
                          "ftp://a.b",
                          "file:///etc/passwd",
                          "HTTPS://a.b",
                          "https:/a.b",
                          "https://",
                          "https:///a",
                          "https://:443",
                          "https://user@a.b",
                          "https://user:pw@a.b",
                          "https://@a.b",
                          "https://a.b@c.d/",
                          "https://a.b?x=1",
                          "https://a.b/?x",
                          "https://a.b#f",
                          "https://a.b/ c",
                          "https://a.b\r\nX: y",
                          "https://a.b:0",
                          "https://a.b:65536",
                          "https://a.b:",
                          "https://a.b:+80",
                          "https://a.b:080",
                          "https://a.b:80x",
                          "https://a.b:80:80",
                          "https://t\xC3\xA4.b",
                          "https://a\\b",
                          "https://a..b",
                          "https://-a.b",
                          "https://a-.b",
                          "https://a_b.c",
                          "https://.a",
                          "https://a.",
                          "https://127.1",
                          "https://0x7f.1",
                          "https://2130706433",
                          "https://256.1.1.1",
                          "https://0177.0.0.1",
                          "https://[::1",
                          "https://[::1%25lo]",
                          "https://[1.2.3.4]",
                          "https://[]",
                          "https://a.b/../c",
                          "https://a.b/./c",
                          "https://a.b/c/..",
                          "https://a.b/c//d",
                          "https://a.b/%",
                          "https://a.b/%zz",
                          "https://a.b/<x>",
                          "https://a.b/\x7f"})
    EXPECT_TRUE(read(url, SourceKind::taara).starts_with("refused: found "))
        << url << ": " << read(url, SourceKind::taara);
  EXPECT_TRUE(read("https://a.b/" + std::string(512, 'x'), SourceKind::taara).starts_with("refused: "));
  EXPECT_TRUE(read("https://" + std::string(64, 'x') + ".b", SourceKind::taara).starts_with("refused: "));
}

TEST(LineUrl, F04_ErrorsNeverRepeatTheUrl) {
  for (const auto* url : {"https://canary:canary@a.b", "https://a.b?canary", "https://a.b#canary", "canary://a.b",
                          "http://canary.example", "https://canary_", "https://a.b:canary", "https://a.b/<canary>"})
    for (const auto source : {SourceKind::taara, SourceKind::router}) {
      const auto result = parse_line_url(url, source);
      ASSERT_TRUE(result.has_error()) << url;
      EXPECT_EQ(result.error().what.find("canary"), std::string::npos) << result.error().what;
    }
}

TEST(LineUrl, APageMayBeAnywhere) {
  EXPECT_EQ(parse_page_url("http://grafana.example:3000/").value(), "http://grafana.example:3000");
  EXPECT_EQ(parse_page_url("https://taara.example/grafana/d/home").value(), "https://taara.example/grafana/d/home");
  for (const auto* url : {"", "grafana.example", "javascript:alert(1)", "data:text/html,x", "https://family:pw@a.b",
                          "https://a.b/\"onclick=\"x", "https://a.b/<b>", "https://a.b/?x=1", "https://a.b\nX: y"})
    EXPECT_TRUE(parse_page_url(url).has_error()) << url;
  EXPECT_EQ(parse_page_url("https://family:pw@a.b").error().what.find("pw"), std::string::npos);
}

}  // namespace
}  // namespace taara
