// SPDX-License-Identifier: Apache-2.0
#include "io/redact.h"

#include "io/personal_key.h"
#include "io/taara_reply.h"
#include "line_fixture.h"

namespace taara {
namespace {

std::string json(std::string_view body) { return redact(body, "application/json"); }

TEST(Redact, KeepsWhatAReadingNeeds) {
  const auto body = line_fixture("taara/good.json");
  const Time now = date::sys_days{date::year{2025} / 8 / 24};
  const auto before = parse_bundle(body, now, nullptr);
  const auto after = parse_bundle(json(body), now, nullptr);
  EXPECT_EQ(after.reading.status, ReadingStatus::success);
  EXPECT_EQ(after.reading.remaining, before.reading.remaining);
  EXPECT_EQ(after.reading.purchased, before.reading.purchased);
  EXPECT_EQ(after.reading.expiry, before.reading.expiry);
  EXPECT_EQ(after.reading.plan, before.reading.plan);
}

TEST(Redact, S06_NothingPersonalRemains) {
  const auto body = R"({"data":{"subscriberId":"CANARY-1","phoneNumber":{"countryCode":254,"nationalNumber":700000001},
    "customer":{"firstName":"CANARY-2","score":7},"email":"c@example.org","accessToken":"CANARY-3","mac":"02:00:5E:10:00:01",
    "lat":-1.2921,"lon":36.8219,"IMEI":490154203237518,"userId":42424242,"ssid":"CANARY-4","note":"CANARY-5",
    "wanIp":"203.0.113.77","address":["CANARY-6",{"zip":90100}],"0700000002":true,"02:00:5E:10:00:02":1,
    "devices":[{"bytes":123454321}],"unknown":"0700000003","planName":"Plan of 0700000004 c@example.org ok",
    "message":"hello eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.payload.signature"}})";
  const auto kept = json(body);
  for (const auto* canary : {"CANARY", "700000", "254", "example", "02:00", "36.8", "1.29", "4901542", "42424242",
                             "203.0", "90100", "123454321", "eyJ"})
    EXPECT_EQ(kept.find(canary), std::string::npos) << canary << " in " << kept;
  EXPECT_NE(kept.find(R"("score":7)"), std::string::npos);
  EXPECT_NE(kept.find(R"("planName":"Plan of removed removed ok")"), std::string::npos) << kept;
}

TEST(Redact, KeepsNumbersAmountsTimesAndSpans) {
  EXPECT_EQ(
      json(
          R"({"a":885126291542,"b":"885.1 GB","c":"27 days","d":"2025-08-21T09:12:33.123456789Z","e":"153428","f":true})"),
      R"({"a":885126291542,"b":"885.1 GB","c":"27 days","d":"2025-08-21T09:12:33.123456789Z","e":"153428","f":true})");
}

TEST(Redact, ANumberBeyondAllIsNotKept) {
  EXPECT_EQ(json(R"({"used":1e400,"left":-1e400,"score":7})"), R"({"used":"removed","left":"removed","score":7})");
}

TEST(Redact, OfAnythingButJsonOnlyTheShapeRemains) {
  const auto page = redact(line_fixture("router/login-page.html"), "text/HTML; charset=utf-8; x=CANARY");
  EXPECT_EQ(page.find("CANARY"), std::string::npos);
  EXPECT_EQ(page.rfind("text/html, ", 0), 0U);
  EXPECT_NE(page.find("SHA-256 "), std::string::npos);
  EXPECT_EQ(redact("", ""), "no content type, 0 bytes");
  EXPECT_EQ(redact("\"CANARY\"", ""), "\"removed\"");
  EXPECT_EQ(json(R"({"phone":"CANARY","phone":"CANARY"})").find("CANARY"), std::string::npos);
}

TEST(Redact, R33_IsBounded) {
  std::string numbers = "[0";
  for (int i = 0; i < 20'000; ++i) numbers += ",1234";
  EXPECT_LT(json(numbers + "]").size(), 100U);
  EXPECT_LT(redact(std::string(900'000, 'x'), "text/plain").size(), 100U);
}

TEST(PersonalKey, KnowsPersonalKeysFromHarmlessOnes) {
  for (const auto* key : {"planName", "planDisplayName", "subscriberActiveAndUnusedPlans", "latency_ms", "platform",
                          "paid", "valid", "total_used_mb", "units", "expiresIn", "description", "multiplier"})
    EXPECT_EQ(kind_of_key(key), KeyKind::harmless) << key;
  for (const auto* key : {"id", "planId", "subscriber_id", "subscriberID", "USER-ID", "name", "firstName", "wan_ip",
                          "accountBalance", "customerRef"})
    EXPECT_EQ(kind_of_key(key), KeyKind::personal) << key;
  for (const auto* key : {"phoneNumber", "MSISDN", "e_mail", "eMail", "macAddress", "clientMac", "SSID", "serialNo",
                          "access_token", "hotspotId", "lat", "gpsLon", "devices", "sessionKey"})
    EXPECT_EQ(kind_of_key(key), KeyKind::secluded) << key;
}

TEST(PersonalKey, AKeyThatIsDataIsNotShown) {
  for (const auto* key : {"total_used_mb", "isHomePlan", "_x", "wifi5g"}) EXPECT_EQ(shown_key(key), key);
  for (const auto* key :
       {"", "0700000001", "aa:bb:cc:dd:ee:ff", "a@b", "user700000001", "1234-5678", "a-b-c-d", "é", "a b"})
    EXPECT_EQ(shown_key(key), "hidden") << key;
}

}  // namespace
}  // namespace taara
