// SPDX-License-Identifier: Apache-2.0
#include "core/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/standing.h"
#include "core/verdict.h"
#include "unit/core/snapshot_fixture.h"
#include "unit/golden.h"

namespace taara {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const Snapshot& snapshot, PageFormat format = PageFormat::text, Time now = fixture_now()) {
  std::string text;
  Exposition page(format, [&](std::string_view piece) {
    text.append(piece);
    return true;
  });
  write_metrics(snapshot, now, page);
  page.finish();
  return text;
}

// promtool reads these pages in another test (tests/promtool_check_metrics.sh).
TEST(Metrics, GoldenPageOfAKnownAndAnUnknownHousehold) {
  const Snapshot snapshot =
      snapshot_of({blind_household("cabin"), unknown_household("cottage"), known_household("home")});
  expect_golden(page_of(snapshot), "metrics.prom");
  expect_golden(page_of(snapshot, PageFormat::open_metrics), "metrics.openmetrics");
}

TEST(Metrics, GoldenPageOfOneHousehold) {
  expect_golden(page_of(snapshot_of({known_household("home")})), "metrics_one.prom");
}

TEST(Metrics, R39_GoldenPageOfHostilePlanNames) {
  HouseholdView bytes = known_household("bytes");
  bytes.plan = std::string("a\0b\xFF\xC3", 5);
  bytes.plans = {{"\xED\xA0\x80", Bytes{1}}, {std::string("\0", 1), Bytes{2}}, {"\xF0\x9F\x98\x80 \xD9\x85", Bytes{3}}};
  HouseholdView quotes = known_household("quotes");
  quotes.plan = "\"} 1\n# TYPE evil counter\nevil{x=\"";
  quotes.plans = {{"line\nbreak", Bytes{1}}, {"back\\slash", Bytes{2}}, {"\\\"", Bytes{3}}, {"\r\t\x01", Bytes{4}}};
  HouseholdView lengths = known_household("lengths");
  lengths.plan = std::string(10'000, 'x');
  lengths.plans = {{"", Bytes{1}}, {"twice", Bytes{2}}, {"twice", Bytes{3}}};
  expect_golden(page_of(snapshot_of({bytes, lengths, quotes})), "metrics_hostile.prom");
}

TEST(Metrics, H15_AHouseholdThatWasNeverReadHasNoMeasurements) {
  const std::string page = page_of(snapshot_of({unknown_household("cottage")}));
  EXPECT_THAT(page, HasSubstr("taara_up{household=\"cottage\"} 0\n"));
  for (const char* name :
       {"taara_used_bytes", "taara_remaining_bytes", "taara_allocation_bytes", "taara_plan_info",
        "taara_plan_remaining_bytes", "taara_day_used_bytes", "taara_next_poll", "taara_credentials_age"}) {
    EXPECT_THAT(page, Not(HasSubstr(name)));
  }
}

TEST(Metrics, PlansDisappearWithTheMeasurements) {
  const Snapshot snapshot = snapshot_of({known_household("home")});
  const Time read = fixture_now() - std::chrono::minutes(5);
  const std::string kept = page_of(snapshot, PageFormat::text, read + kMeasurementsKept - seconds(1));
  EXPECT_THAT(kept, HasSubstr("taara_plan_remaining_bytes{"));
  const std::string gone = page_of(snapshot, PageFormat::text, read + kMeasurementsKept);
  EXPECT_THAT(gone, Not(HasSubstr("taara_plan_")));
}

TEST(Metrics, ADayWithoutReadingsDoesNotMoveTheOthers) {
  const std::string page = page_of(snapshot_of({known_household("home")}));
  EXPECT_THAT(page, HasSubstr("taara_day_used_bytes{household=\"home\",day=\"3\"} 20000000003\n"));
  EXPECT_THAT(page, Not(HasSubstr("day=\"4\"")));
  EXPECT_THAT(page, HasSubstr("taara_day_used_bytes{household=\"home\",day=\"5\"} 20000000005\n"));
  EXPECT_THAT(page, Not(HasSubstr("taara_day_budget_bytes{household=\"home\",day=\"6\"}")));
  EXPECT_THAT(page, Not(HasSubstr("day=\"8\"")));
}

TEST(Metrics, TheLastCycleStaysWithoutReadingsAndIsNeverThePresentOne) {
  HouseholdView view = known_household("home");
  const std::string later =
      page_of(snapshot_of({view}), PageFormat::text, fixture_now() + kMeasurementsKept + std::chrono::hours(1));
  EXPECT_THAT(later, HasSubstr("taara_last_cycle_used_bytes{household=\"home\"} 987654321000\n"));
  EXPECT_THAT(later, Not(HasSubstr("taara_used_bytes{")));
  view.last_cycle->allocation.reset();
  const std::string unlimited = page_of(snapshot_of({view}));
  EXPECT_THAT(unlimited, Not(HasSubstr("taara_last_cycle_allocation_bytes{")));
  EXPECT_THAT(unlimited, HasSubstr("taara_last_cycle_used_bytes{"));
  view.last_cycle->start = view.book->cycle->start;
  EXPECT_THAT(page_of(snapshot_of({view})), Not(HasSubstr("taara_last_cycle_used_bytes{")));
}

TEST(Metrics, TheStatusIsOneOfItsWords) {
  const std::string page = page_of(snapshot_of({known_household("home")}));
  int ones = 0;
  for (const std::string_view word : kEfficiencyWords) {
    const std::string sample = "taara_status{household=\"home\",status=\"" + std::string(word) + "\"} ";
    EXPECT_THAT(page, HasSubstr(sample));
    if (page.find(sample + "1\n") != std::string::npos) ++ones;
  }
  EXPECT_EQ(ones, 1);
  EXPECT_THAT(page_of(snapshot_of({unknown_household("cottage")})), Not(HasSubstr("taara_status{")));
}

// At 1.2 times the allocation the typical days say "good", but at that pace the data doesn't last.
TEST(Metrics, TheStatusIsNeverBetterThanTheForecast) {
  const auto status = [](const HouseholdView& view) {
    const std::string page = page_of(snapshot_of({view}));
    for (const std::string_view word : kEfficiencyWords) {
      if (page.find("status=\"" + std::string(word) + "\"} 1\n") != std::string::npos) return std::string(word);
    }
    return std::string();
  };
  HouseholdView view = known_household("home");
  Outlook outlook = *view.outlook;
  const auto with = [&](double efficiency, bool runs_out) {
    outlook.efficiency = efficiency;
    outlook.exhaustion.at(static_cast<std::size_t>(Quantile::p50)) =
        runs_out ? std::optional(fixture_now() + std::chrono::hours{24}) : std::nullopt;
    view.outlook = std::make_shared<const Outlook>(outlook);
    return status(view);
  };
  EXPECT_EQ(with(0.95, false), "excellent");
  EXPECT_EQ(with(0.95, true), "caution");
  EXPECT_EQ(with(0.8, false), "good");
  EXPECT_EQ(with(0.8, true), "caution");
  EXPECT_EQ(with(0.6, true), "caution");
  EXPECT_EQ(with(0.4, true), "concern");
}

TEST(Metrics, PlansOfOneNameAreOneSample) {
  HouseholdView view = known_household("home");
  view.plans = {{"a", Bytes{2}}, {"b", Bytes{10}}, {"a", Bytes{3}}};
  const std::string page = page_of(snapshot_of({view}));
  EXPECT_THAT(page, HasSubstr("{household=\"home\",plan=\"a\"} 5\n"));
  EXPECT_THAT(page, HasSubstr("{household=\"home\",plan=\"b\"} 10\n"));
}

TEST(Metrics, EveryKindIsThereFromZero) {
  const std::string page = page_of(snapshot_of({unknown_household("cottage")}));
  for (const auto kind : kPollErrorNames) EXPECT_THAT(page, HasSubstr("kind=\"" + std::string(kind) + "\"} "));
  for (const auto field : kFieldNames) EXPECT_THAT(page, HasSubstr("field=\"" + std::string(field) + "\"} 0\n"));
  for (const auto mode : kPollingModeNames) EXPECT_THAT(page, HasSubstr("mode=\"" + std::string(mode) + "\"} "));
  EXPECT_THAT(page, HasSubstr("taara_polling_mode{household=\"cottage\",mode=\"backoff\"} 1\n"));
}

TEST(Metrics, NoHouseholdsIsAPageToo) {
  const std::string page = page_of(snapshot_of({}));
  EXPECT_THAT(page, Not(HasSubstr("household=")));
  EXPECT_THAT(page, HasSubstr("taara_store_writable 1\n"));
}

TEST(Metrics, ASecretFileFromTheFutureHasNoAge) {
  HouseholdView view = known_household("home");
  view.secret_changed = fixture_now() + seconds(1);
  EXPECT_THAT(page_of(snapshot_of({view})), Not(HasSubstr("taara_credentials_age_seconds")));
}

TEST(Metrics, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const MetricFamily& family : snapshot_families()) EXPECT_TRUE(names.insert(family.name).second) << family.name;
}

}  // namespace
}  // namespace taara
