// SPDX-License-Identifier: Apache-2.0
// Snapshots for tests of the page: a household of which all is known, and one that was never read.
#pragma once

#include <date/tz.h>

#include "core/snapshot.h"

namespace taara {

inline Time fixture_now() {
  using namespace date::literals;
  return date::sys_days(2026_y / 3 / 10) + std::chrono::hours(18) +
         std::chrono::minutes(30);  // Tuesday, 21:30 in Nairobi
}

// Two months of days around 39 GB, more at weekends, and a record of forecasts.
inline Habits fixture_habits(date::local_days today, Time hour) {
  Habits habits;
  for (int ago = 60; ago >= 1; --ago) {
    const date::local_days day = today - date::days{ago};
    const bool weekend = date::weekday{day} == date::Sunday || date::weekday{day} == date::Saturday;
    learn_day(habits, day, Bytes{(weekend ? 48'000'000'000 : 36'000'000'000) + ago % 7 * 500'000'000L});
  }
  for (int week = 6; week >= 1; --week)
    learn_hour(habits.hours, 2, 20, hour - std::chrono::hours{168 * week}, Bytes{1'900'000'000 + week * 10'000'000});
  learn_hour(habits.hours, 2, 20, hour, Bytes{9'000'000'000});
  habits.record.days_inside = 0x3FFFFFFFFFF;
  habits.record.days = 50;
  habits.record.cycles = {{hour - std::chrono::hours{720}, 30, 24, 0.0625F}};
  return habits;
}

inline HouseholdView known_household(const std::string& name) {
  using namespace date::literals;
  const auto* zone = date::locate_zone("Africa/Nairobi");
  const auto midnight = [&](date::local_days day) { return date::floor<seconds>(zone->to_sys(day)); };
  const date::local_days today = date::local_days(2026_y / 3 / 10);
  const Time read = fixture_now() - std::chrono::minutes(5);

  Household household;
  household.name = name;
  household.zone = zone;
  household.digest = {.hour = 6, .weekday = 0};

  LedgerState book;
  book.usage_total = Bytes{1'234'567'890'123};
  book.last.emplace();
  book.last->time = read;
  book.last->remaining = Bytes{610'000'000'000};
  book.moved = read;
  book.cycle = Cycle{};
  book.cycle->start = midnight(date::local_days(2026_y / 3 / 1));
  book.cycle->end = midnight(date::local_days(2026_y / 3 / 31));
  book.cycle->allocation = kTerabyte;
  book.cycle->used = Bytes{390'000'000'000};
  book.cycle->used_peak = book.cycle->used;
  book.today =
      Day{today, midnight(today), midnight(today + date::days(1)), Bytes{30'000'000'000}, Bytes{31'500'000'000}};
  for (int ago = 8; ago >= 1; --ago) {
    if (ago == 4) continue;  // a day without readings
    const date::local_days day = today - date::days(ago);
    std::optional<Bytes> budget;
    if (ago != 6) budget = Bytes{33'000'000'000 + ago};
    book.finished_days.push_back(
        {day, midnight(day), midnight(day + date::days(1)), budget, Bytes{20'000'000'000 + ago}});
  }
  book.streak = 3;
  for (int ago = 30; ago >= 0; --ago) {
    const Time hour = date::floor<std::chrono::hours>(fixture_now()) - std::chrono::hours(ago);
    book.hours.push_back({hour, Bytes{ago == 1 ? 9'000'000'000 : 1'000'000'000}});
  }

  HouseholdView view;
  view.household = std::make_shared<const Household>(household);
  view.book = std::make_shared<const LedgerState>(book);
  view.last_cycle = Cycle{};
  view.last_cycle->start = midnight(date::local_days(2026_y / 1 / 30));
  view.last_cycle->end = view.book->cycle->start;
  view.last_cycle->allocation = Bytes{1'050'000'000'000};
  view.last_cycle->used = Bytes{987'654'321'000};
  view.habits = std::make_shared<const Habits>(fixture_habits(today, date::floor<std::chrono::hours>(fixture_now())));
  view.outlook = std::make_shared<const Outlook>(look_ahead(position_of(*view.book, *view.household), *view.habits));
  view.counters.polls = {140, 2, 1};
  view.counters.errors[static_cast<std::size_t>(PollError::timeout)] = 1;
  view.counters.violations[static_cast<std::size_t>(Field::expiry)] = 2;
  view.counters.meter_events[static_cast<std::size_t>(MeterEvent::top_up)] = 1;
  view.counters.duration_buckets = {10, 100, 32, 0, 0, 0, 0, 1};
  view.counters.duration_sum_seconds = 131.75;
  view.counters.logins_ok = 2;
  view.counters.bytes_sent = 123'456;
  view.counters.bytes_received = 654'321;
  view.last_poll_usable = true;
  view.plan = "1 Month Unlimited";
  view.plans = {{"1 Month Unlimited", Bytes{610'000'000'000}, true, true}, {"500 MB Free Trial", Bytes{500'000'000}}};
  view.next_poll = read + std::chrono::minutes(10);
  view.poll_interval = seconds(600);
  view.secret_changed = fixture_now() - std::chrono::hours(24);
  view.watching_since = fixture_now() - std::chrono::hours(24);
  for (Time time = view.watching_since; time < fixture_now(); time += std::chrono::minutes(20)) {
    view.usable_readings.push_back(time);
  }
  return view;
}

// Read well until five minutes ago; the last poll failed.
inline HouseholdView blind_household(const std::string& name) {
  HouseholdView view = known_household(name);
  view.last_poll_usable = false;
  return view;
}

inline HouseholdView unknown_household(const std::string& name) {
  Household household;
  household.name = name;
  household.source = SourceKind::router;
  household.zone = date::locate_zone("Africa/Nairobi");
  HouseholdView view;
  view.household = std::make_shared<const Household>(household);
  view.book = std::make_shared<const LedgerState>();
  view.habits = std::make_shared<const Habits>();
  view.outlook = std::make_shared<const Outlook>();
  view.counters.polls = {0, 0, 2};
  view.counters.errors[static_cast<std::size_t>(PollError::connect)] = 2;
  view.polling.mode = PollingMode::backoff;
  view.polling.login_rejections = 1;
  view.watching_since = fixture_now();
  return view;
}

inline Snapshot snapshot_of(std::vector<HouseholdView> views) {
  Snapshot snapshot;
  for (HouseholdView& view : views) {
    snapshot.households.push_back(std::make_shared<const HouseholdView>(std::move(view)));
  }
  snapshot.store.size_bytes = 1'048'576;
  snapshot.store.readings = 5'000;
  snapshot.store.created = fixture_now() - std::chrono::hours(1000);
  snapshot.config_loaded = fixture_now() - std::chrono::hours(2);
  snapshot.clock_jumps_forward = 1;
  snapshot.ready = true;
  snapshot.health = health_of(snapshot, Snapshot{}, fixture_now() - std::chrono::hours(1));
  return snapshot;
}

}  // namespace taara
