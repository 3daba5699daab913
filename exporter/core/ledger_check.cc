// SPDX-License-Identifier: Apache-2.0
#include "core/ledger_check.h"

#include <algorithm>

#include "core/day_book.h"

namespace taara {
namespace {

constexpr Time kLatest{seconds{7'258'118'400}};  // 2200-01-01
constexpr Bytes kMost{4 * kMaxPlausible.count};
constexpr std::size_t kMostHours = 24 * 8 + 2;  // of eight days, one of them with a clock set back
constexpr std::chrono::hours kLongestDay{48};
constexpr Bytes kMostCounted{std::int64_t{1} << 62};

bool fits(Time time) { return time >= Time{} && time <= kLatest; }
bool fits(Bytes amount) { return amount >= Bytes{0} && amount <= kMost; }
bool fits_signed(Bytes amount) { return amount >= Bytes{0} - kMost && amount <= kMost; }

bool fits(const MeterPoint& point);
bool fits(const Cycle& cycle);
bool fits(const Day& day);

template <class Value>
bool fits(const std::optional<Value>& value) {
  return !value || fits(*value);
}

bool fits(const MeterPoint& point) {
  return fits(point.time) && fits(point.remaining) && fits(point.used) && fits(point.allocation) &&
         fits(point.purchased) && fits(point.expiry) && fits(point.resolution) && point.resolution.count > 0;
}

bool fits(const Cycle& cycle) {
  return fits(cycle.start) && fits(cycle.end) && fits(cycle.allocation) && fits(cycle.used) && fits(cycle.used_peak) &&
         fits_signed(cycle.offset) && fits_signed(cycle.top_ups) && fits(cycle.uncounted);
}

bool fits(const Day& day) {
  return fits(day.start) && fits(day.end) && day.end > day.start && day.end - day.start <= kLongestDay &&
         (!day.budget || fits_signed(*day.budget)) && fits(day.used) && day.covered.count() >= 0 &&
         day.covered <= kLongestDay;
}

bool in_order(const LedgerState& book) {
  const auto later = [](const auto& a, const auto& b) { return a.start >= b.start; };
  return std::adjacent_find(book.hours.begin(), book.hours.end(), later) == book.hours.end() &&
         std::adjacent_find(book.finished_days.begin(), book.finished_days.end(), later) == book.finished_days.end();
}

}  // namespace

std::optional<std::string> fault_of(const LedgerState& book) {
  if (book.usage_total < Bytes{0} || book.usage_total > kMostCounted) return "the usage counter is out of range";
  if (book.hours.size() > kMostHours || book.finished_days.size() > kDaysKept) return "it has too many hours or days";
  const bool all_fit =
      fits(book.last) && fits(book.moved) && fits(book.cycle) && fits(book.today) && fits(book.suspect) &&
      std::all_of(book.finished_days.begin(), book.finished_days.end(), [](const Day& day) { return fits(day); }) &&
      std::all_of(book.hours.begin(), book.hours.end(),
                  [](const Hour& hour) { return fits(hour.start) && fits(hour.used); });
  if (!all_fit) return "a time or an amount is out of range";
  if (!in_order(book)) return "its hours or days are not in order";
  return std::nullopt;
}

}  // namespace taara
