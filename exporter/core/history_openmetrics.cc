// SPDX-License-Identifier: Apache-2.0
#include "core/history_openmetrics.h"

#include <algorithm>
#include <array>
#include <memory>

#include "core/metrics_tables.h"

namespace taara {
namespace {

constexpr std::array<std::string_view, 13> kFamilies{
    "taara_up",
    "taara_reading_timestamp_seconds",
    "taara_reading_resolution_bytes",
    "taara_allocation_bytes",
    "taara_used_bytes",
    "taara_remaining_bytes",
    "taara_usage_bytes_total",
    "taara_cycle_start_timestamp_seconds",
    "taara_cycle_end_timestamp_seconds",
    "taara_budget_today_bytes",
    "taara_used_today_bytes",
    "taara_left_today_bytes",
    "taara_budget_streak",
};

constexpr int kMostAnchorings = 3;

// The book as it was, moment by moment.
class Replay {
 public:
  Replay(const Household& household, Bytes usage_before)
      : household_(std::shared_ptr<const void>{}, &household), usage_before_(usage_before) {
    state_.usage_total = usage_before;
    view_.household = household_;
    view_.book = std::shared_ptr<const LedgerState>(std::shared_ptr<const void>{}, &state_);
  }

  // False: polls before the first reading that counted say nothing.
  [[nodiscard]] bool take(const StoredReading& past) {
    if (!begun_ && !past.accepted) return false;
    begun_ = true;
    (void)apply(state_, past.reading, *household_);
    view_.last_poll_usable = past.reading.usable();
    return true;
  }

  [[nodiscard]] Bytes usage_total() const { return state_.usage_total; }
  [[nodiscard]] Bytes usage_before() const { return usage_before_; }
  [[nodiscard]] const HouseholdView& view() const { return view_; }

 private:
  std::shared_ptr<const Household> household_;
  Bytes usage_before_;
  LedgerState state_;
  HouseholdView view_;  // its book is state_
  bool begun_ = false;
};

// What was used before the first stored reading, so that the counter ends where it stands.
Result<Bytes> usage_before(const Household& household, const StoredReadings& readings, Bytes usage_total) {
  Bytes before;
  for (int round = 0; round < kMostAnchorings; ++round) {
    Replay replay(household, before);
    auto done = readings([&](const StoredReading& past) {
      (void)replay.take(past);
      return true;
    });
    if (!done) return done.error();
    if (replay.usage_total() == usage_total) break;
    // A changed configuration can make the readings mean more than was counted; a counter doesn't begin below 0.
    before = std::max(Bytes{0}, before + usage_total - replay.usage_total());
  }
  return before;
}

class FamilyWriter {
 public:
  FamilyWriter(const HouseholdMetric& metric, Replay& replay, seconds held, Exposition& page)
      : metric_(metric), replay_(replay), held_(held), page_(page) {
    page_.family(metric.family);
  }

  void take(const StoredReading& past) {
    // Not before the poll began: an answer may be older than its poll. Times of a series only rise.
    const Time seen = std::max(past.started, std::min(past.reading.time, past.started + kLongestPoll));
    if (last_) hold_until(seen);
    if (!replay_.take(past)) return;
    polled_ = last_ ? std::max(seen, *last_ + seconds{1}) : seen;
    write(polled_);
  }
  void hold_until(Time end) {
    while (last_ && *last_ + kHeldEvery < end && *last_ + kHeldEvery - polled_ <= held_) write(*last_ + kHeldEvery);
  }

 private:
  static constexpr seconds kLongestPoll{60};

  void write(Time time) {
    last_ = time;
    page_.at(time);
    metric_.write(HouseholdOnPage(replay_.view(), time), page_);
  }

  const HouseholdMetric& metric_;
  Replay& replay_;
  seconds held_;
  Exposition& page_;
  std::optional<Time> last_;  // the newest sample
  Time polled_;               // the newest poll
};

}  // namespace

std::span<const std::string_view> history_families() { return kFamilies; }

Result<void> write_history(const Household& household, const StoredReadings& readings, const HistoryEnd& end,
                           Exposition& page) {
  Bytes before;
  if (end.usage_total) {
    auto found = usage_before(household, readings, *end.usage_total);
    if (!found) return found.error();
    before = *found;
  }
  for (const HouseholdMetric& metric : line_metrics()) {
    if (std::find(kFamilies.begin(), kFamilies.end(), metric.family.name) == kFamilies.end()) continue;
    Replay replay(household, before);
    FamilyWriter writer(metric, replay, end.held, page);
    auto done = readings([&](const StoredReading& past) {
      writer.take(past);
      return page.wanted();
    });
    if (!done) return done.error();
    writer.hold_until(end.now);
    if (!page.wanted()) return {};
  }
  page.finish();
  return {};
}

}  // namespace taara
