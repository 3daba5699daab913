// SPDX-License-Identifier: Apache-2.0
#include "core/health.h"

#include <gtest/gtest.h>

#include "unit/core/snapshot_fixture.h"

namespace taara {
namespace {

class HealthTest : public testing::Test {
 protected:
  const Time first_ = fixture_now();
  const Time later_ = first_ + seconds(600);
};

TEST_F(HealthTest, EachLineHasAStatus) {
  HouseholdView waiting = unknown_household("a");
  waiting.counters.polls = {};
  HouseholdView failing = unknown_household("b");
  failing.polling.login_rejections = 0;
  const Snapshot snapshot = snapshot_of({waiting, failing, known_household("c"), unknown_household("d")});
  ASSERT_EQ(snapshot.health.lines.size(), 4U);
  EXPECT_EQ(snapshot.health.lines[0].status, LineStatus::waiting);
  EXPECT_EQ(snapshot.health.lines[1].status, LineStatus::failing);
  EXPECT_EQ(snapshot.health.lines[2].status, LineStatus::ok);
  EXPECT_EQ(snapshot.health.lines[3].status, LineStatus::credentials_rejected);
}

TEST_F(HealthTest, WhatStaysKeepsItsMomentAndWhatChangesTakesTheNewOne) {
  Snapshot before = snapshot_of({known_household("a"), known_household("b"), known_household("d")});
  before.health = health_of(before, Snapshot{}, first_);
  HouseholdView b = known_household("b");
  b.last_poll_usable = false;
  Snapshot next = snapshot_of({b, known_household("c"), known_household("d")});
  next.store.writable = false;
  next.health = health_of(next, before, later_);
  EXPECT_EQ(next.health.lines[0].since, later_) << "b fails";
  EXPECT_EQ(next.health.lines[1].since, later_) << "c is new";
  EXPECT_EQ(next.health.lines[2].since, first_) << "d is as it was";
  EXPECT_EQ(next.health.store.since, later_);
  EXPECT_FALSE(next.health.store.ok);
  EXPECT_EQ(next.health.clock.since, first_);
  EXPECT_EQ(next.health.configuration.since, first_);
  EXPECT_EQ(health_of(next, next, later_ + seconds(1)).store.since, later_);
}

TEST_F(HealthTest, TheFirstSnapshotBeginsNow) {
  const Snapshot first = snapshot_of({known_household("a")});
  const Health health = health_of(first, Snapshot{}, first_);
  EXPECT_EQ(health.lines.at(0).since, first_);
  EXPECT_EQ(health.store.since, first_);
}

}  // namespace
}  // namespace taara
