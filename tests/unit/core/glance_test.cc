// SPDX-License-Identifier: Apache-2.0
#include "core/glance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/page_fixture.h"

namespace taara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Both must outlive the glance.
Glance at(const HouseholdView& view, LineStatus line = LineStatus::ok, Time now = fixture_now()) {
  return {view, line, now};
}

TEST(Glance, SpansAreInTheUnitThatOneWouldSay) {
  EXPECT_EQ(span_text(seconds{0}), "0 minutes");
  EXPECT_EQ(span_text(minutes{1}), "1 minute");
  EXPECT_EQ(span_text(minutes{89}), "89 minutes");
  EXPECT_EQ(span_text(minutes{90}), "2 hours");
  EXPECT_EQ(span_text(hours{47}), "47 hours");
  EXPECT_EQ(span_text(hours{48}), "2 days");
  EXPECT_EQ(span_text(hours{24 * 17 + 13}), "18 days");
}

TEST(Glance, TimesAreTheHouseholds) {
  const HouseholdView view = calm_household("home");
  const Glance glance = at(view);
  EXPECT_EQ(moment_text(glance, fixture_now()), "Tue 10 March, 21:30");
  EXPECT_EQ(recent_text(glance, fixture_now() - minutes{5}), "21:25");
  EXPECT_EQ(recent_text(glance, fixture_now() - hours{22}), "Mon 9 March, 23:30");
  EXPECT_EQ(reading_words(glance), "5 minutes ago, 21:25");
}

TEST(Glance, AWordAndAMoodForEachHome) {
  const HouseholdView calm = calm_household("home");
  EXPECT_EQ(mood_of(at(calm)), Mood::good);
  EXPECT_EQ(safe_time_words(at(calm)), "20 days");
  EXPECT_THAT(lasting_words(at(calm)),
              StartsWith("At the usual pace the data lasts to the end of the plan, Tue 31 March"));
  const HouseholdView heavy = heavy_household("home");
  EXPECT_EQ(mood_of(at(heavy)), Mood::worth_a_look);
  EXPECT_EQ(efficiency_words(at(heavy)), "caution");
  EXPECT_THAT(lasting_words(at(heavy)), StartsWith("At the usual pace the data lasts until about "));
  const HouseholdView used_up = used_up_household("home");
  EXPECT_EQ(safe_time_words(at(used_up)), "Used up");
  EXPECT_EQ(mood_of(at(used_up)), Mood::worth_a_look);
  const HouseholdView unlimited = unlimited_household("home");
  EXPECT_EQ(safe_time_words(at(unlimited)), "No limit");
  EXPECT_EQ(mood_of(at(unlimited)), Mood::good);
  const HouseholdView fresh = fresh_household("home");
  EXPECT_EQ(safe_time_words(at(fresh)), "Not known yet");
  EXPECT_EQ(mood_of(at(fresh)), Mood::information);
}

TEST(Glance, MoreThanTheBudgetIsNoBlame) {
  const HouseholdView view = known_household("home");
  EXPECT_THAT(today_words(at(view)), HasSubstr("Nothing has to stop"));
}

TEST(Glance, TheEveningIsAGoodTimeWhenThereIsRoom) {
  const HouseholdView calm = calm_household("home");
  const std::string room = shown(*at(calm).outlook.headroom);
  EXPECT_EQ(next_step(at(calm)).title, "Good evening for an update: up to " + room);
  EXPECT_EQ(next_step(at(calm, LineStatus::ok, fixture_now() - hours{4})).title, "Room for a download: up to " + room);
  const HouseholdView heavy = heavy_household("home");
  EXPECT_EQ(next_step(at(heavy)).title, "Make it last");
}

TEST(Glance, WhatHoldsWhileTheLineCannotBeRead) {
  const HouseholdView view = failing_household("home");
  const Time later = fixture_now() + hours{2};
  EXPECT_THAT(line_words(at(view, LineStatus::ok, later)), IsEmpty());
  EXPECT_THAT(line_words(at(view, LineStatus::failing, later)), HasSubstr("The numbers are those of 21:25"));
  const Glance glance = at(view, LineStatus::failing, later);
  ASSERT_TRUE(glance.estimated_used);
  EXPECT_GT(*glance.estimated_used, *glance.standing.used);
  EXPECT_THAT(estimate_words(glance), StartsWith("Estimate, by habit: about " + shown(*glance.estimated_used)));
  EXPECT_THAT(line_words(at(view, LineStatus::failing, fixture_now() + hours{48})),
              HasSubstr("last read Tue 10 March"));
  EXPECT_THAT(line_words(at(view, LineStatus::credentials_rejected, later)), HasSubstr("password"));
  const HouseholdView fresh = fresh_household("home");
  EXPECT_THAT(line_words(at(fresh, LineStatus::waiting)), HasSubstr("first time"));
}

TEST(Glance, AnEndThatHasPassedIsNotKnown) {
  const HouseholdView view = calm_household("home");
  const Glance glance = at(view, LineStatus::ok, view.book->cycle->end + minutes{1});
  EXPECT_EQ(safe_time_words(glance), "Not known yet");
  EXPECT_EQ(shown(glance.standing.remaining), kNotKnownYet);
}

}  // namespace
}  // namespace taara
