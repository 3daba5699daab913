// SPDX-License-Identifier: Apache-2.0
#include "core/habits.h"

namespace taara {
namespace {

unsigned weekday_of(date::local_days date) { return date::weekday{date}.c_encoding(); }

void append(Habits& habits, float day) {
  if (habits.days.size() == kDaysLearned) habits.days.erase(habits.days.begin());
  habits.days.push_back(day);
  habits.newest = *habits.newest + date::days{1};
  habits.level = level_of(habits.days, weekday_of(*habits.newest));
  grade(habits.errors, habits.days, habits.level);
}

}  // namespace

void learn_day(Habits& habits, date::local_days date, std::optional<Bytes> used) {
  if (habits.newest && date <= *habits.newest) return;
  if (!habits.newest || date - *habits.newest > date::days{kDaysLearned}) {
    habits.days.clear();
    habits.errors = {};
    habits.newest = date - date::days{1};
  }
  while (*habits.newest + date::days{1} < date) append(habits, kUnknownDay);
  append(habits, used && *used >= Bytes{} ? static_cast<float>(used->count) : kUnknownDay);
}

void forget_days_after(Habits& habits, date::local_days date) {
  while (habits.newest && *habits.newest > date && !habits.days.empty()) {
    habits.days.pop_back();
    habits.newest = *habits.newest - date::days{1};
    if (!habits.errors.past.empty()) habits.errors.past.pop_back();
  }
  if (habits.days.empty()) habits.newest.reset();
  settle(habits);
}

void settle(Habits& habits) {
  habits.level = habits.newest ? level_of(habits.days, weekday_of(*habits.newest)) : Level{};
}

}  // namespace taara
