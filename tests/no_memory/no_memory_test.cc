// SPDX-License-Identifier: Apache-2.0
// Memory runs out at every single allocation of a poll and of a page. Built without sanitizers, whose malloc it
// replaces.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <iostream>

#include "core/exposition.h"
#include "core/metrics.h"
#include "failing_malloc.h"
#include "house.h"

namespace taara::test {
namespace {

double errors_of(const House& house) {
  return house.page()["taara_poll_errors_total{household=\"home-1\",kind=\"internal\"}"].value_or(0);
}

// A poll during which the `nth` allocation of the poller fails; whether it came so far.
bool poll_without_memory(House& house, long nth, bool and_after) {
  const auto before = house.polls_done();
  const auto next = house.latest().get()->households.front()->next_poll;
  if (next && *next > house.clock().wall()) house.clock().advance(*next - house.clock().wall());
  bool failed = false;
  for (int turns = 0; turns < 400 && house.polls_done() == before; ++turns) {
    if (!failed) FailingMalloc::start(nth, and_after);  // counted anew in each turn, so that every phase is met
    house.turn();
    FailingMalloc::stop();
    failed = failed || FailingMalloc::failed();
    house.clock().advance(milliseconds{100});
  }
  EXPECT_GT(house.polls_done(), before) << nth << "\n" << house.log().substr(house.log().size() / 2);
  return failed;
}

void expect_sound(House& house, long nth) {
  house.poll();
  for (int i = 0; i < 3 && house.page()[home("taara_up")] != 1; ++i) house.poll();
  ASSERT_EQ(house.page()[home("taara_up")], 1) << nth << "\n" << house.log();
  ASSERT_EQ(house.page()["taara_store_writable"], 1) << nth << "\n" << house.log();
}

void every_allocation(bool and_after) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.polls(3);
  double used = house.page()[home("taara_usage_bytes_total")].value_or(-1);
  ASSERT_GE(used, 0);
  long nth = 1, tried = 0, whole_polls = 0;
  for (; whole_polls < 3; ++nth, ++tried) {
    whole_polls = poll_without_memory(house, nth, and_after) ? 0 : whole_polls + 1;
    expect_sound(house, nth);
    if (testing::Test::HasFatalFailure()) return;
    const double now = house.page()[home("taara_usage_bytes_total")].value_or(-1);
    ASSERT_GE(now, used) << "a counter went back at " << nth;
    used = now;
  }
  std::cout << tried << " polls, an allocation up to the " << nth << "th failed; " << errors_of(house)
            << " of them ended as internal\n";
  EXPECT_GT(tried, 500);
  EXPECT_GT(errors_of(house), 0);
  // What is stored is whole, and what the page says is what the store says.
  const double before = house.page()[home("taara_usage_bytes_total")].value_or(-1);
  house.restart();
  EXPECT_EQ(house.page()[home("taara_usage_bytes_total")], before);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((house.store_path() / "taara.db").c_str(), &database), SQLITE_OK);
  std::string checked;
  sqlite3_exec(
      database, "PRAGMA integrity_check",
      [](void* text, int, char** values, char**) {
        *static_cast<std::string*>(text) += values[0];
        return 0;
      },
      &checked, nullptr);
  sqlite3_close(database);
  EXPECT_EQ(checked, "ok");
}

TEST(NoMemory, P06_AnyAllocationOfAPollMayFail) { every_allocation(false); }

TEST(NoMemory, P06_AnyAllocationAndAllAfterItMayFail) { every_allocation(true); }

TEST(NoMemory, P06_AReloadThatFindsNoMemoryIsTakenWhenThereIsSome) {
  const SimProcess sim({"--seed", "3", "--punctual", "--households", "2"});
  House house(sim, SourceKind::taara, 2);
  house.polls(2);
  const auto both = house.config();
  auto only_first = std::make_shared<Config>(*both);
  only_first->households.pop_back();
  bool failed = true;
  long nth = 1;
  for (; failed; ++nth) {
    for (const std::shared_ptr<const Config>& config : {std::shared_ptr<const Config>(only_first), both}) {
      FailingMalloc::start(nth, false);
      house.poller().reload(config);
      house.turn();
      FailingMalloc::stop();
      failed = FailingMalloc::failed();
      for (int turns = 0; turns < 3; ++turns) house.turn();
      ASSERT_EQ(house.latest().get()->households.size(), config->households.size()) << nth << "\n" << house.log();
    }
  }
  EXPECT_GT(nth, 50);
  house.poll();
  for (const char* up : {"taara_up{household=\"home-1\"}", "taara_up{household=\"home-2\"}"}) {
    for (int i = 0; i < 5 && house.page()[up] != 1; ++i) house.poll();
    EXPECT_EQ(house.page()[up], 1) << house.log();
  }
}

TEST(NoMemory, P06_APageThatFindsNoMemoryIsMissedAndTheNextOneIsServed) {
  const SimProcess sim({"--seed", "3", "--punctual"});
  House house(sim, SourceKind::taara);
  house.polls(3);
  const Snapshot& snapshot = *house.latest().get();
  long nth = 1, broke_off = 0;
  for (bool failed = true; failed; ++nth) {
    std::string page;
    page.reserve(std::size_t{1} << 20U);
    FailingMalloc::start(nth, false);
    try {
      Exposition writer(PageFormat::text, [&](std::string_view piece) {
        page += piece;
        return true;
      });
      write_metrics(snapshot, house.clock().wall(), writer);
      writer.finish();
    } catch (const std::bad_alloc&) {
      ++broke_off;  // the web server's edge makes a 500 of it (P09)
    }
    FailingMalloc::stop();
    failed = FailingMalloc::failed();
  }
  std::cout << nth - 1 << " allocations make a page; " << broke_off << " of them break it off\n";
  EXPECT_EQ(house.page()[home("taara_up")], 1);
}

}  // namespace
}  // namespace taara::test
