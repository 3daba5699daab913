// SPDX-License-Identifier: Apache-2.0
#include "io/http_head.h"

#include <date/date.h>
#include <gtest/gtest.h>

namespace taara {
namespace {

constexpr Time kNow{seconds{784'111'777}};  // Sun, 06 Nov 1994 08:49:37 GMT

HttpHead head_of(std::initializer_list<std::string_view> lines, std::string_view host = "line.example") {
  HttpHead head;
  for (const auto line : lines) head.take(line, host);
  return head;
}

TEST(HttpDate, AllThreeFormsOfTheRfcAreRead) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), kNow);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), kNow);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), kNow);
  EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994"), kNow + std::chrono::days{10});
  EXPECT_EQ(parse_http_date("Tuesday, 06-Nov-68 08:49:37 GMT"),
            Time{date::sys_days{date::year{2068} / 11 / 6}} + seconds{31'777});
  EXPECT_EQ(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT"), Time{seconds{1'483'228'800}}) << "a leap second";
}

TEST(HttpDate, WhatIsNoDateIsAbsent) {
  for (const char* text : {"",
                           "abc",
                           "0",
                           "12",
                           "Sun",
                           "Sun, 06 Nov 1994",
                           "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Mon, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMT and more",
                           "Sun, 06 Nov 1994 25:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 +0300",
                           "Wed, 06 Nov 1894 08:49:37 GMT",
                           "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
                           "1994-11-06T08:49:37Z",
                           "Sun, 06 Nov 1994 08:49: GMT",
                           "Sun, 06 Nov 1994 08:49: 37 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sunday, 06 Nov 1994 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994 ",
                           "Sun, 06 Nov 19"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
  EXPECT_FALSE(parse_http_date(std::string(100'000, '9')));
}

TEST(RetryAfter, R13_SecondsAreADelay) { EXPECT_EQ(parse_retry_after("120", kNow), seconds{120}); }

TEST(RetryAfter, R14_EveryFormIsReadOrAbsent) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:51:37 GMT", kNow), seconds{120});
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:07 GMT", kNow), seconds{-30});
  EXPECT_EQ(parse_retry_after("-5", kNow), seconds{-5});
  EXPECT_EQ(parse_retry_after("99999999999", kNow), seconds{99'999'999'999});
  EXPECT_GT(parse_retry_after(std::string(400, '9'), kNow), seconds{99'999'999'999});
  EXPECT_LT(parse_retry_after("-" + std::string(400, '9'), kNow), seconds{0});
  for (const char* text : {"", "abc", "-", "1.5", "1e9", "+5", "0x10", "5 seconds", "12, 13"}) {
    EXPECT_FALSE(parse_retry_after(text, kNow)) << text;
  }
}

TEST(HttpHead, AgeAndDateAreReadAndGarbageIsAbsent) {
  const HttpHead good =
      head_of({"HTTP/1.1 200 OK\r\n", "aGe: 42\r\n", "DATE:\tSun, 06 Nov 1994 08:49:37 GMT \r\n", "\r\n"});
  EXPECT_TRUE(good.complete);
  EXPECT_EQ(good.age, seconds{42});
  EXPECT_EQ(good.date, kNow);
  const HttpHead bad = head_of({"Age: -1\r\n", "Date: today\r\n", "no colon\r\n", ": no name\r\n"});
  EXPECT_FALSE(bad.complete);
  EXPECT_FALSE(bad.age);
  EXPECT_FALSE(bad.date);
}

TEST(HttpHead, InterimAnswersAndTrailersSayNothing) {
  const HttpHead head = head_of({"HTTP/1.1 103 Early Hints\r\n", "Age: 1\r\n", "\r\n", "HTTP/1.1 200 OK\r\n",
                                 "Set-Cookie: a=b\r\n", "\r\n", "Set-Cookie: late=1\r\n", "Age: 9\r\n"});
  EXPECT_FALSE(head.age);
  EXPECT_EQ(head.set_cookies, std::vector<std::string>{"a=b"});
}

TEST(HttpHead, R40_OnlyTenCookiesOfReasonableSizeAreKept) {
  HttpHead head;
  head.take("Set-Cookie: big=" + std::string(kMaxCookieBytes, 'x'), "line.example");
  head.take("Set-Cookie: fits=" + std::string(kMaxCookieBytes - 5, 'x'), "line.example");
  for (int i = 0; i < 50; ++i) head.take("Set-Cookie: c" + std::to_string(i) + "=1; HttpOnly", "line.example");
  ASSERT_EQ(head.set_cookies.size(), kMaxCookies);
  EXPECT_EQ(head.set_cookies[0].size(), kMaxCookieBytes);
  EXPECT_EQ(head.set_cookies[1], "c0=1");
}

TEST(HttpHead, R40_CookiesForAnotherDomainAreNotTaken) {
  const auto taken = [](const std::string& domain, std::string_view host) {
    return !head_of({"Set-Cookie: s=1; Path=/; Domain=" + domain + "; Secure"}, host).set_cookies.empty();
  };
  EXPECT_TRUE(taken("line.example", "line.example"));
  EXPECT_TRUE(taken(".Line.Example", "share.line.example"));
  EXPECT_TRUE(taken("", "line.example"));
  EXPECT_FALSE(taken("other.example", "line.example"));
  EXPECT_FALSE(taken("share.line.example", "line.example"));
  EXPECT_FALSE(taken("ine.example", "line.example"));
  EXPECT_FALSE(taken("0.0.1", "127.0.0.1"));
}

TEST(HttpHead, R40_WhatIsNoNameAndValueIsNoCookie) {
  EXPECT_TRUE(head_of({"Set-Cookie: \r\n", "Set-Cookie: lonely\r\n", "Set-Cookie: =1\r\n", "Set-Cookie: a=\x01\r\n"})
                  .set_cookies.empty());
}

TEST(HttpHead, R41_ADoubtfulEndOfTheBodyIsNoticed) {
  EXPECT_FALSE(head_of({"Content-Length: 2\r\n", "Content-Type: text/plain\r\n"}).framing_in_doubt);
  EXPECT_FALSE(head_of({"Transfer-Encoding: chunked\r\n"}).framing_in_doubt);
  EXPECT_TRUE(head_of({"Content-Length: 2\r\n", "Content-Length: 2\r\n"}).framing_in_doubt);
  EXPECT_TRUE(head_of({"Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n"}).framing_in_doubt);
  EXPECT_TRUE(head_of({"Transfer-Encoding: gzip\r\n", "Transfer-Encoding: chunked\r\n"}).framing_in_doubt);
}

}  // namespace
}  // namespace taara
