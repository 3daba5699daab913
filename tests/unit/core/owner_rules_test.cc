// SPDX-License-Identifier: Apache-2.0
// That whatever passes here passes alertmanager/configure, too, is shown by tests/setup.
#include "core/owner_rules.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

TEST(OwnerRules, MailAddresses) {
  for (const auto* good : {"mama@example.org", "a.b+c@mail.example.org", "x@localhost", "o'hara@example.org"})
    EXPECT_TRUE(is_mail_address(good)) << good;
  for (const auto* bad : {"", "mama", "@example.org", "mama@", "a b@example.org", "a@b@c", "a@-b.org", "a@b-.org",
                          "a@b..org", "<a@b.org>", "a@b.org>", "a@b.org\r\nBcc: x@y.org", "ä@b.org", "a@b.örg"})
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  EXPECT_FALSE(is_mail_address(std::string(65, 'a') + "@example.org"));
}

TEST(OwnerRules, SeveralAddresses) {
  EXPECT_EQ(parse_mail_addresses(" a@b.org,c@d.org  e@f.org, "),
            (std::vector<std::string>{"a@b.org", "c@d.org", "e@f.org"}));
  for (const auto* bad : {"", " , ", "a@b.org;c@d.org", "a@b.org, mama"})
    EXPECT_FALSE(parse_mail_addresses(bad)) << bad;
  std::string many;
  for (int i = 0; i < 21; ++i) many += "a@b.org ";
  EXPECT_FALSE(parse_mail_addresses(many));
}

TEST(OwnerRules, MailHosts) {
  const auto host = parse_mail_host("smtp.example.org:587");
  ASSERT_TRUE(host);
  EXPECT_EQ(host->host, "smtp.example.org");
  EXPECT_EQ(host->port, 587U);
  EXPECT_FALSE(host->local);
  for (const auto* local : {"localhost:25", "127.0.0.1:1025", "127.1.2.3:25", "[::1]:25"}) {
    ASSERT_TRUE(parse_mail_host(local)) << local;
    EXPECT_TRUE(parse_mail_host(local)->local) << local;
  }
  // A name that only looks like this machine gets no mail without TLS.
  for (const auto* away : {"localhost.example.org:25", "127.0.0.1.example.org:25", "128.0.0.1:25", "[fd00::1]:25"}) {
    ASSERT_TRUE(parse_mail_host(away)) << away;
    EXPECT_FALSE(parse_mail_host(away)->local) << away;
  }
  for (const auto* bad : {"", "smtp.example.org", "smtp.example.org:", "smtp.example.org:0", "smtp.example.org:65536",
                          "smtp.example.org:025", ":587", "::1:25", "[::1:25", "smtp://a:25", "a/b:25", "a b:25"})
    EXPECT_FALSE(parse_mail_host(bad)) << bad;
}

TEST(OwnerRules, Links) {
  for (const auto* good : {"https://taara.example.org/d/taara-home", "http://localhost:3000", "http://[::1]:3000/x",
                           "https://a.b/c?d=e&f=g#h", "http://192.168.1.5:3000/d"})
    EXPECT_TRUE(is_link(good)) << good;
  for (const auto* bad : {"", "taara.example.org", "ftp://a.b", "https://", "https:///x", "https://a b",
                          "https://a.b/'", "https://a.b/{{x}}", "https://a.b/\"", "https://a.b:0/", "https://a.b:/",
                          "https://u:p@a.b/", "https://[::1/x", "https://[::1]x/", "https://a.b/<x>", "HTTPS://a.b"})
    EXPECT_FALSE(is_link(bad)) << bad;
}

TEST(OwnerRules, TopicsAndWebhooks) {
  EXPECT_TRUE(is_ntfy_topic("https://ntfy.sh/our-secret_topic1"));
  for (const auto* bad : {"https://ntfy.sh", "https://ntfy.sh/", "https://ntfy.sh/a/b", "https://ntfy.sh/a?b",
                          "https://ntfy.sh?topic", "our-secret-topic"})
    EXPECT_FALSE(is_ntfy_topic(bad)) << bad;
  EXPECT_FALSE(is_ntfy_topic("https://ntfy.sh/" + std::string(65, 'a')));
  EXPECT_TRUE(is_discord_webhook("https://discord.com/api/webhooks/1/abc"));
  for (const auto* bad :
       {"https://discord.com", "https://discord.com/", "https://discord.com/a?b", "https://d.com/a#b"})
    EXPECT_FALSE(is_discord_webhook(bad)) << bad;
}

TEST(OwnerRules, QuietHours) {
  const auto hours = parse_quiet_hours(" 21:30 - 06:30 ");
  ASSERT_TRUE(hours);
  EXPECT_EQ(hours->from, "21:30");
  EXPECT_EQ(hours->to, "06:30");
  for (const auto* bad : {"", "21:30", "21:30-", "21:30-21:30", "24:00-06:00", "9:00-10:00", "21:60-06:00", "a-b"})
    EXPECT_FALSE(parse_quiet_hours(bad)) << bad;
}

}  // namespace
}  // namespace taara
