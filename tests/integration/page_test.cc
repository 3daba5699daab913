// SPDX-License-Identifier: Apache-2.0
// The exporter's own page as a browser gets it. How it looks there, tests/page looks at.
#include "core/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_contract.h"
#include "daemon_process.h"

namespace taara::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(WebPage, ADaemonShowsItsHouseholdAndNothingSecret) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  daemon.wait_for_page("taara_up{household=\"home-1\"} 1");
  EXPECT_THAT(fetch(daemon.url() + "/").body, Not(HasSubstr("Grafana")));
  std::string config = read_file(daemon.config_file());
  const std::string web = "web: {";
  ASSERT_NE(config.find(web), std::string::npos);
  config.replace(config.find(web), web.size(), web + "grafana_url: \"https://g.example/x\", ");
  write_file(daemon.config_file(), config);
  ASSERT_EQ(fetch(daemon.url() + "/-/reload", "POST").status, 200);
  ASSERT_TRUE(within(milliseconds{5000}, [&] {
    return fetch(daemon.url() + "/").body.find("<a href=\"https://g.example/x\">Grafana</a>") != std::string::npos;
  }));
  const Fetched page = fetch(daemon.url() + "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_LT(page.body.size(), 30'000U);
  EXPECT_THAT(page.headers,
              AllOf(HasSubstr("Content-Type: text/html; charset=utf-8\r\n"), HasSubstr("\r\nRefresh: 60\r\n"),
                    HasSubstr("frame-ancestors 'none'; " + std::string(page_policy()) + "\r\n"),
                    HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"), HasSubstr("\r\nX-Frame-Options: DENY\r\n"),
                    HasSubstr("\r\nReferrer-Policy: no-referrer\r\n"), HasSubstr("\r\nCache-Control: no-store\r\n")));
  EXPECT_THAT(page.body,
              AllOf(HasSubstr("<h1>home-1</h1>"), HasSubstr("<bdi>1 Month Unlimited</bdi>"), HasSubstr("just now")));
  for (const char* hidden : {"700000001", "partner-1", "hotspot-1", "passcode"})
    EXPECT_THAT(page.body, Not(HasSubstr(hidden)));
  const Fetched head = fetch(daemon.url() + "/", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_THAT(head.headers, HasSubstr("\r\nContent-Length: "));
  const Fetched packed = fetch(daemon.url() + "/", "GET", {"Accept-Encoding: gzip"});
  EXPECT_THAT(packed.headers, HasSubstr("\r\nContent-Encoding: gzip\r\n"));
  EXPECT_LT(packed.body.size(), page.body.size() / 2);
  EXPECT_EQ(fetch(daemon.url() + "/", "POST").status, 405);
  EXPECT_EQ(fetch(daemon.url() + "/household/home-1").status, 200);
  const Fetched nobody = fetch(daemon.url() + "/household/cottage");
  EXPECT_EQ(nobody.status, 404);
  EXPECT_THAT(nobody.body, HasSubstr("There is no household"));
}

TEST(WebPage, SeveralHouseholdsAndOneThatCannotBeRead) {
  const SimProcess sim({"--seed", "1", "--punctual", "--households", "3", "--fault", "status:503@2"});
  House house(sim, SourceKind::taara, 3);
  for (int i = 0; i < 2; ++i) {
    house.poll();
    house.pass(seconds{60});
  }
  const ServedHouse served(house);
  const Fetched list = fetch(served.url() + "/");
  EXPECT_THAT(list.body, HasSubstr("3 households"));
  for (const char* name : {"home-1", "home-2", "home-3"})
    EXPECT_THAT(list.body, HasSubstr("<a href=\"/household/" + std::string(name) + "\">" + name + "</a>"));
  EXPECT_LT(list.body.find(">home-2<"), list.body.find(">home-1<")) << "what isn't known comes first";
  EXPECT_THAT(fetch(served.url() + "/household/home-2").body,
              AllOf(HasSubstr("The line has not answered yet."), HasSubstr("not known yet")));
  EXPECT_THAT(fetch(served.url() + "/household/home-3").body,
              AllOf(HasSubstr("All households"), HasSubstr("left today"), Not(HasSubstr("About these numbers"))));
}

}  // namespace
}  // namespace taara::test
