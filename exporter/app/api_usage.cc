// SPDX-License-Identifier: Apache-2.0
// Where the household stands, and what its last days were like.
#include <algorithm>
#include <array>

#include "app/api_endpoints.h"
#include "core/calendar.h"
#include "core/household_now.h"
#include "core/in_quotes.h"
#include "core/verdict.h"
#include "io/store_history.h"

namespace taara {
namespace {

struct PeriodName {
  std::string_view name;
  std::size_t days;
};
constexpr std::array<PeriodName, 3> kPeriods{{{"week", 7}, {"month", 30}, {"quarter", 90}}};

struct ShownDay {
  LocalDay day;
  std::optional<Bytes> used, budget;
};

void write_reading(JsonWriter& json, const HouseholdView& view, const Standing& standing, Time now) {
  const auto& time = standing.reading_time;
  json.key("reading");
  json.begin_object();
  time_member(json, "time", time, view.household->zone);
  json.member("age_seconds", time ? std::optional(std::max(seconds{0}, now - *time).count()) : std::nullopt);
  json.member("last_poll_usable", view.last_poll_usable);
  json.member("resolution_bytes", standing.resolution);
  const bool known = view.habits && time && now > *time;
  json.member("estimated_bytes_since",
              known ? estimate_between(*view.habits, *view.household->zone, *time, now) : std::nullopt);
  json.end_object();
}

void write_cycle(JsonWriter& json, const Standing& standing, const date::time_zone* zone, Time now) {
  json.key("cycle");
  json.begin_object();
  time_member(json, "start", standing.cycle_start, zone);
  time_member(json, "end", standing.cycle_end, zone);
  const bool known = standing.cycle_end.has_value();
  json.member("left_seconds", known ? std::optional((*standing.cycle_end - now).count()) : std::nullopt);
  json.member("allocation_bytes", standing.allocation);
  json.member("used_bytes", standing.used);
  json.member("remaining_bytes", standing.remaining);
  json.end_object();
}

void write_today(JsonWriter& json, const Standing& standing, const date::time_zone& zone, Time now) {
  json.key("today");
  json.begin_object();
  json.member("date", iso_date(local_day(zone, now).date));
  json.member("budget_bytes", standing.budget_today);
  json.member("used_bytes", standing.used_today);
  json.member("left_bytes", standing.left_today);
  json.end_object();
}

void write_plans(JsonWriter& json, const HouseholdView& view, bool fresh) {
  json.key("plans");
  json.begin_array();
  for (const PlanBalance& plan : view.plans) {
    if (!fresh) break;
    json.begin_object();
    json.member("name", plan.plan);
    json.member("remaining_bytes", plan.remaining);
    json.member("home", plan.home);
    json.member("active", plan.active);
    json.end_object();
  }
  json.end_array();
}

Asked<std::size_t> asked_days(const ApiCall& call) {
  const std::string_view asked = call.parameter("period").value_or("week");
  const auto* const found =
      std::find_if(kPeriods.begin(), kPeriods.end(), [&](const PeriodName& period) { return period.name == asked; });
  if (found != kPeriods.end()) return found->days;
  return bad_parameter("period", "period is " + in_quotes(asked) + "; week, month or quarter is needed");
}

// Finished local days, the oldest first, of which nothing is known yet.
std::vector<ShownDay> days_before(const date::time_zone& zone, Time now, std::size_t count) {
  std::vector<ShownDay> days(count);
  Time end = local_day(zone, now).start;
  for (auto day = days.rbegin(); day != days.rend(); ++day) {
    day->day = local_day(zone, end - seconds{1});
    end = day->day.start;
  }
  return days;
}

void fill_from_standing(std::vector<ShownDay>& days, const Standing& standing) {
  for (std::size_t ago = 0; ago < std::min(days.size(), standing.finished_days.size()); ++ago) {
    const auto& known = standing.finished_days[ago];
    if (!known) continue;
    ShownDay& day = days[days.size() - 1 - ago];
    day.used = known->used;
    day.budget = known->budget;
  }
}

std::optional<ApiError> fill_from_store(std::vector<ShownDay>& days, const ApiCall& call, const std::string& name) {
  if (!call.started_with) return ApiError{503, "store_unavailable", "", "there is no store"};
  auto store = StoreHistory::open(call.started_with->store.path);
  const auto unavailable = [](const Error& error) {
    return ApiError{503, "store_unavailable", "", "the history can't be read now: " + error.what};
  };
  if (!store) return unavailable(store.error());
  auto next = days.begin();
  const auto read = store->days(name, days.front().day.start, days.back().day.end, [&](const StoredDay& stored) {
    next = std::find_if(next, days.end(), [&](const ShownDay& day) { return day.day.start >= stored.start; });
    if (next == days.end()) return false;
    if (next->day.start == stored.start && next->day.end == stored.end) {
      next->used = stored.used;
      next->budget = stored.budget;
    }
    return true;
  });
  if (!read) return unavailable(read.error());
  return std::nullopt;
}

void write_days(JsonWriter& json, const std::vector<ShownDay>& days) {
  json.key("days");
  json.begin_array();
  for (const ShownDay& day : days) {
    json.begin_object();
    json.member("date", iso_date(day.day.date));
    json.member("used_bytes", day.used);
    json.member("budget_bytes", day.budget);
    json.end_object();
  }
  json.end_array();
}

void write_totals(JsonWriter& json, const std::vector<ShownDay>& days) {
  Bytes used;
  std::int64_t known = 0;
  std::int64_t judged = 0;
  std::int64_t within = 0;
  for (const ShownDay& day : days) {
    if (!day.used) continue;
    used += *day.used;
    ++known;
    if (!day.budget) continue;
    ++judged;
    if (*day.used <= *day.budget) ++within;
  }
  json.key("totals");
  json.begin_object();
  json.member("days", days.size());
  json.member("known_days", known);
  json.member("used_bytes", known > 0 ? std::optional(used) : std::nullopt);
  json.member("mean_day_bytes", known > 0 ? std::optional(used.count / known) : std::nullopt);
  json.member("days_with_budget", judged);
  json.member("days_within_budget", within);
  json.end_object();
}

template <class Numbers>
void write_numbers(JsonWriter& json, std::string_view name, const Numbers& numbers) {
  json.key(name);
  json.begin_array();
  for (const double number : numbers) json.value(number);
  json.end_array();
}

void write_typical_week(JsonWriter& json, const HouseholdView& view) {
  if (!view.habits || view.habits->level.known == 0) {
    json.null_member("typical_week");
    return;
  }
  json.key("typical_week");
  json.begin_object();
  json.member("known_days", view.habits->level.known);
  write_numbers(json, "weekday_ratios", view.habits->level.weekday);
  write_numbers(json, "hour_share_ratios", hour_shares(view.habits->hours));
  json.end_object();
}

}  // namespace

ApiAnswer answer_usage_current(const ApiCall& call) {
  const auto asked = asked_household(call);
  if (const auto* const error = std::get_if<ApiError>(&asked)) return *error;
  return [view = std::get<std::shared_ptr<const HouseholdView>>(asked), now = call.now](JsonWriter& json) {
    const HouseholdNow seen = look_at(*view, now);
    const date::time_zone* zone = view->household->zone;
    json.member("household", view->household->name);
    time_member(json, "time", now, zone);
    json.member("timezone", zone->name());
    write_reading(json, *view, seen.standing, now);
    write_cycle(json, seen.standing, zone, now);
    write_today(json, seen.standing, *zone, now);
    json.member("streak_days", seen.standing.streak);
    json.member("peak_hour", seen.standing.peak_hour);
    json.member("quiet_hour", seen.standing.quiet_hour);
    const auto& efficiency = seen.outlook.efficiency;
    json.member("efficiency_ratio", efficiency);
    json.member("efficiency", efficiency ? std::optional(efficiency_word(*efficiency)) : std::nullopt);
    write_plans(json, *view, seen.fresh);
  };
}

ApiAnswer answer_usage_trends(const ApiCall& call) {
  const auto asked = asked_household(call);
  if (const auto* const error = std::get_if<ApiError>(&asked)) return *error;
  const auto count = asked_days(call);
  if (const auto* const error = std::get_if<ApiError>(&count)) return *error;
  auto view = std::get<std::shared_ptr<const HouseholdView>>(asked);
  const HouseholdNow seen = look_at(*view, call.now);
  auto days = days_before(*view->household->zone, call.now, std::get<std::size_t>(count));
  if (days.size() <= seen.standing.finished_days.size())
    fill_from_standing(days, seen.standing);
  else if (auto error = fill_from_store(days, call, view->household->name))
    return std::move(*error);
  return [view = std::move(view), seen, days = std::move(days), now = call.now,
          period = std::string(call.parameter("period").value_or("week"))](JsonWriter& json) {
    json.member("household", view->household->name);
    time_member(json, "time", now, view->household->zone);
    json.member("timezone", view->household->zone->name());
    json.member("period", period);
    write_days(json, days);
    write_totals(json, days);
    const auto& trend = seen.outlook.trend;
    json.member("trend_ratio", trend);
    json.member("trend", trend ? std::optional(trend_word(*trend)) : std::nullopt);
    json.member("peak_hour", seen.standing.peak_hour);
    json.member("quiet_hour", seen.standing.quiet_hour);
    write_typical_week(json, *view);
  };
}

}  // namespace taara
