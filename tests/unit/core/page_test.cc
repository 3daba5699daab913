// SPDX-License-Identifier: Apache-2.0
#include "core/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <regex>

#include "core/page_parts.h"
#include "unit/core/page_fixture.h"
#include "unit/golden.h"

namespace taara {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::hours kTwoDays{48};

// Without the style, which the browser's test looks at.
void expect_golden_page(std::string page, const std::string& name) {
  const std::string style(page_style().text());
  const auto at = page.find(style);
  ASSERT_NE(at, std::string::npos);
  page.erase(at, style.size());
  expect_golden(page, name);
}

TEST(Page, TheBrowserIsToldTheHashOfTheStyle) {
  const std::string_view style = page_style().text();
  std::array<unsigned char, 32> digest{};
  ASSERT_EQ(EVP_Digest(style.data(), style.size(), digest.data(), nullptr, EVP_sha256(), nullptr), 1);
  std::array<unsigned char, 45> text{};
  EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  EXPECT_EQ(page_policy(),
            "style-src 'sha256-" + std::string(reinterpret_cast<const char*>(text.data())) + "'; img-src data:");
}

TEST(Page, GoldenPageOfACalmHome) {
  expect_golden_page(home_page(snapshot_of({calm_household("home")})), "page_calm.html");
}

TEST(Page, GoldenPageOfAHeavyHome) {
  expect_golden_page(home_page(snapshot_of({heavy_household("home")})), "page_heavy.html");
}

TEST(Page, GoldenPageOfAHomeWithNothingLeft) {
  expect_golden_page(home_page(snapshot_of({used_up_household("home")})), "page_used_up.html");
}

TEST(Page, H15_GoldenPageOfAFreshStart) {
  expect_golden_page(home_page(snapshot_of({fresh_household("home")})), "page_fresh.html");
}

TEST(Page, GoldenPageOfALineThatCannotBeRead) {
  expect_golden_page(home_page(snapshot_of({failing_household("home")}), fixture_now() + std::chrono::hours(2)),
                     "page_failing.html");
}

TEST(Page, GoldenPageOfALineThatWasNotReadForTwoDays) {
  expect_golden_page(home_page(snapshot_of({failing_household("home")}), fixture_now() + kTwoDays), "page_blind.html");
}

TEST(Page, GoldenPageWithoutACap) {
  expect_golden_page(home_page(snapshot_of({unlimited_household("home")})), "page_unlimited.html");
}

TEST(Page, GoldenPageOfSeveralTheOneMostWorthALookFirst) {
  expect_golden_page(home_page(snapshot_of({calm_household("calm"), fresh_household("fresh"), heavy_household("heavy"),
                                            unlimited_household("unlimited"), used_up_household("used-up")})),
                     "page_several.html");
}

TEST(Page, R39_GoldenPageOfAHostilePlanName) {
  HouseholdView view = calm_household("home");
  view.plan = "</style><script>alert(1)</script>\"'&\xE2\x80\xAE\xFF\x01\r\n<a href=//x>";
  Config config;
  config.grafana_url = "https://grafana.example/a'b&c";
  Snapshot snapshot = snapshot_of({view});
  snapshot.config = std::make_shared<const Config>(config);
  const std::string page = home_page(snapshot);
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<a href=//x")), Not(HasSubstr("\xE2\x80\xAE"))));
  expect_golden_page(page, "page_hostile.html");
}

TEST(Page, WhatIsNotKnownIsNeverZero) {
  for (const std::string& page : {home_page(snapshot_of({fresh_household("home")})),
                                  home_page(snapshot_of({failing_household("home")}), fixture_now() + kTwoDays)}) {
    EXPECT_THAT(page, AllOf(HasSubstr("Not known yet"), HasSubstr("not known yet"), Not(HasSubstr(">0 ")),
                            Not(HasSubstr(" 0 B")), Not(HasSubstr("nan"))));
  }
}

TEST(Page, IsSmallAndLoadsNothing) {
  for (const auto& view : {calm_household("home"), heavy_household("home"), failing_household("home")}) {
    const std::string page = home_page(snapshot_of({view}));
    EXPECT_LT(page.size(), 30'000U);
    for (const char* word : {"<script", "style=", "onload", "src=", "@import", "url(", "href=\"http"})
      EXPECT_THAT(page, Not(HasSubstr(word))) << word;
  }
}

TEST(Page, NothingOnItIsRed) {
  const std::string style(page_style().text());
  const std::regex colour("#([0-9a-f]{6}|[0-9a-f]{3})\\b");
  int colours = 0;
  for (std::sregex_iterator found(style.begin(), style.end(), colour), end; found != end; ++found, ++colours) {
    std::string hex = (*found)[1];
    if (hex.size() == 3) hex = {hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]};
    const int number = std::stoi(hex, nullptr, 16);
    const int red = number >> 16;
    const int rest = std::max(number >> 8 & 0xFF, number & 0xFF);
    EXPECT_GE(10 * rest, 6 * red) << hex;
  }
  EXPECT_GE(colours, 20);
  EXPECT_THAT(style, Not(testing::ContainsRegex("red|crimson|tomato|maroon|rgb|hsl")));
}

TEST(Page, AHouseholdHasAPageOfItsOwn) {
  const Snapshot snapshot = snapshot_of({calm_household("cabin"), heavy_household("home")});
  const auto page_of = [&](std::string_view name, bool expected) {
    return page_text([&](HtmlWriter& html) {
      EXPECT_EQ(write_household_page(snapshot, name, page_at(fixture_now()), html), expected) << name;
    });
  };
  EXPECT_THAT(page_of("home", true), AllOf(HasSubstr("<h1>home</h1>"), HasSubstr("<a href=\"/\">All households</a>"),
                                           HasSubstr("href=\"/household/home?refresh=off\"")));
  for (const char* name : {"", "hom", "homes", "home/", "cottage", "../home", "HOME"})
    EXPECT_EQ(page_of(name, false), "");
}

TEST(Page, ANameThatSomebodyTypedIsShownEscaped) {
  EXPECT_THAT(page_text([](HtmlWriter& html) { write_no_such_household_page("<b>\"x", page_at(fixture_now()), html); }),
              AllOf(HasSubstr("&lt;b&gt;"), Not(HasSubstr("<b>"))));
}

TEST(Page, WhoAsksForAStillPageStaysOnStillPages) {
  const Snapshot snapshot = snapshot_of({calm_household("cabin"), heavy_household("home")});
  PageSurroundings around = page_at(fixture_now());
  around.still = true;
  EXPECT_THAT(
      page_text([&](HtmlWriter& html) { write_home_page(snapshot, around, html); }),
      AllOf(HasSubstr("href=\"/household/home?refresh=off\""), HasSubstr("<a href=\"/\">Renew it every minute")));
}

TEST(Page, SaysWhenItIsStarting) {
  EXPECT_THAT(page_text([](HtmlWriter& html) { write_starting_page(page_at(fixture_now()), html); }),
              HasSubstr("is starting"));
  EXPECT_THAT(home_page(snapshot_of({})), HasSubstr("No household is watched yet."));
}

}  // namespace
}  // namespace taara
