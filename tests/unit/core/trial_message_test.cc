// SPDX-License-Identifier: Apache-2.0
#include "core/trial_message.h"

#include <date/date.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace taara {
namespace {

constexpr Time kNow = date::sys_days(date::year(2026) / 11 / 21) + std::chrono::hours(9);

TEST(TrialMessage, TheMailIsWhole) {
  EXPECT_EQ(trial_mail("taara@example.org", {"a@b.org", "c@d.org"}, "home", kNow),
            "Date: Sat, 21 Nov 2026 09:00:00 +0000\r\nFrom: Taara Monitor <taara@example.org>\r\nTo: a@b.org,\r\n "
            "c@d.org\r\nSubject: Taara Monitor: a test message\r\nAuto-Submitted: auto-generated\r\nMIME-Version: "
            "1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nA test message from the setup of home. All is well: "
            "messages will arrive here.\r\n");
}

TEST(TrialMessage, ChatAndWebhookAreJson) {
  const auto chat = boost::json::parse(trial_chat_json("home")).as_object();
  EXPECT_EQ(chat.at("text").as_string(), trial_text("home"));
  const auto hook = boost::json::parse(trial_webhook_json("home", kNow)).as_object();
  EXPECT_EQ(hook.at("version").as_string(), "4");
  const auto& alert = hook.at("alerts").as_array().at(0).as_object();
  EXPECT_EQ(alert.at("labels").at("household").as_string(), "home");
  EXPECT_EQ(alert.at("annotations").at("summary").as_string(), trial_text("home"));
  EXPECT_EQ(alert.at("startsAt").as_string(), "2026-11-21T09:00:00Z");
}

}  // namespace
}  // namespace taara
