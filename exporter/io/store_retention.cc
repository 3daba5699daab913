// SPDX-License-Identifier: Apache-2.0
#include "io/store_retention.h"

#include <array>

#include "io/store_text.h"

namespace taara {
namespace {

constexpr std::int64_t kRowsPerStep = 500;
constexpr int kHouseholdsPerStep = 50;
// An attempt counts for 24 hours; a clock that was wrong for a while shall not cut that short.
constexpr std::chrono::days kAttemptsKept{2};

enum Which : std::size_t { kReadings, kRaw, kAttempts, kCycles, kDays, kHours };

// ?1 household, ?2 the first moment that is kept, ?3 most rows.
constexpr std::array<std::string_view, 6> kDeletes{
    "DELETE FROM readings WHERE id IN (SELECT id FROM readings WHERE household=?1 AND started<?2 LIMIT ?3)",
    "DELETE FROM raw WHERE id IN (SELECT id FROM raw WHERE household=?1 AND started<?2 LIMIT ?3)",
    "DELETE FROM attempts WHERE id IN (SELECT id FROM attempts WHERE household=?1 AND started<?2 LIMIT ?3)",
    "DELETE FROM cycles WHERE id IN (SELECT id FROM cycles WHERE household=?1 AND starts<?2 AND ends<?2 LIMIT ?3)",
    "DELETE FROM days WHERE id IN (SELECT id FROM days WHERE household=?1 AND date<?2 LIMIT ?3)",
    "DELETE FROM hours WHERE id IN (SELECT id FROM hours WHERE household=?1 AND starts<?2 LIMIT ?3)",
};

}  // namespace

Result<Retention> Retention::prepare(Connection& database) {
  Retention retention(database);
  for (const auto sql : kDeletes) {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    retention.deletes_.push_back(std::move(*statement));
  }
  auto next = database.prepare("SELECT id FROM households WHERE id>? ORDER BY id LIMIT 1");
  if (!next) return next.error();
  retention.next_household_ = std::move(*next);
  return retention;
}

Result<std::int64_t> Retention::step(const StoreConfig& config, Time now) {
  std::int64_t left = kRowsPerStep;
  std::int64_t readings = 0;
  for (int i = 0; i < kHouseholdsPerStep && left > 0; ++i) {
    Statement& next = next_household_->start(last_household_);
    auto found = next.next();
    if (!found) return found.error();
    if (!*found) {
      last_household_ = 0;
      break;
    }
    const std::int64_t household = next.integer(0);
    next.reset();
    const auto remove = [&](Which which, const auto& first_kept) -> Result<void> {
      if (left <= 0) return {};
      if (auto done = deletes_.at(which).run(household, first_kept, left); !done) return done;
      left -= database_->changes();
      if (which == kReadings) readings += database_->changes();
      return {};
    };
    const Time days_kept = now - config.days;
    // A local date may be a day off from UTC's; the later of both is what counts.
    const std::string first_date =
        date_text(date::local_days(date::floor<date::days>(days_kept - std::chrono::hours(24)).time_since_epoch()));
    for (const auto& done : {remove(kReadings, now - config.readings), remove(kRaw, now - config.raw),
                             remove(kAttempts, Time(now - kAttemptsKept)), remove(kCycles, days_kept),
                             remove(kDays, first_date), remove(kHours, days_kept)}) {
      if (!done) return done.error();
    }
    // A household with more to delete has its turn again.
    if (left > 0) last_household_ = household;
  }
  return readings;
}

}  // namespace taara
