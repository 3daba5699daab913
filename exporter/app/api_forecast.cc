// SPDX-License-Identifier: Apache-2.0
// What is to come, how sure that is, and whether a download fits.
#include <algorithm>
#include <charconv>

#include "app/api_endpoints.h"
#include "core/afford.h"
#include "core/household_now.h"
#include "core/in_quotes.h"
#include "core/size_text.h"
#include "core/verdict.h"

namespace taara {
namespace {

constexpr double kShiftSeen = 4;                // standard errors; core/level.h
constexpr std::chrono::days kLongestWait{366};  // from now to a deadline

template <class WriteLevel>
void write_levels(JsonWriter& json, std::string_view name, bool known, const WriteLevel& write_level) {
  if (!known) {
    json.null_member(name);
    return;
  }
  json.key(name);
  json.begin_object();
  for (std::size_t i = 0; i < kQuantileNames.size(); ++i) {
    json.key(kQuantileNames[i]);
    write_level(static_cast<Quantile>(i));
  }
  json.end_object();
}

std::int64_t whole(double bytes) {
  return static_cast<std::int64_t>(std::clamp(bytes, 0.0, 4 * static_cast<double>(kMaxPlausible.count)));
}

void write_end_of_cycle(JsonWriter& json, const HouseholdNow& seen, const date::time_zone* zone, Time now) {
  const Outlook& outlook = seen.outlook;
  const std::array<double, 3> used =
      outlook.cycle_used ? std::array{outlook.cycle_used->p10, outlook.cycle_used->p50, outlook.cycle_used->p90}
                         : std::array<double, 3>{};
  write_levels(json, "forecast_bytes", outlook.cycle_used.has_value(),
               [&](Quantile level) { json.value(whole(used[static_cast<std::size_t>(level)])); });
  json.member("crossing_probability", outlook.crossing_probability);
  const bool capped = outlook.crossing_probability.has_value();
  write_levels(json, "exhaustion", capped, [&](Quantile level) {
    const auto& end = outlook.exhaustion[static_cast<std::size_t>(level)];
    json.value(end ? iso_time(*end, zone) : std::nullopt);
  });
  write_levels(json, "safe_time_seconds", capped, [&](Quantile level) {
    const auto safe = outlook.safe_time(level, now);
    json.value(safe ? std::optional(safe->count()) : std::nullopt);
  });
  json.member("headroom_bytes", outlook.headroom);
  json.member("efficiency_ratio", outlook.efficiency);
  json.member("efficiency", outlook.efficiency ? std::optional(efficiency_word(*outlook.efficiency)) : std::nullopt);
}

void write_record(JsonWriter& json, const Habits& habits) {
  const TrackRecord& record = habits.record;
  std::uint64_t forecasts = record.days;
  for (const CycleScore& cycle : record.cycles) forecasts += cycle.forecasts;
  json.key("record");
  json.begin_object();
  json.member("error_ratio", record.error_ratio());
  json.member("coverage_ratio", record.coverage_ratio());
  json.member("days_scored", record.days);
  json.member("cycles_scored", record.cycles.size());
  json.member("forecasts_scored", forecasts);
  json.member("widening_ratio", record.widening);
  json.end_object();
}

void write_shift(JsonWriter& json, const Level& level) {
  if (!(level.shift >= kShiftSeen)) {
    json.null_member("shift");
    return;
  }
  json.key("shift");
  json.begin_object();
  json.member("known_days_since", level.shift_days);
  json.member("standard_errors", level.shift);
  json.end_object();
}

std::string_view words_for(AffordReason reason) {
  switch (reason) {
    case AffordReason::fits:
      return "Yes. It fits this cycle, and today's budget where there is one.";
    case AffordReason::unlimited:
      return "Yes. This line has no cap.";
    case AffordReason::quiet_hour:
      return "Yes. It fits this cycle; it is more than what is left of today's budget, but waiting would not help.";
    case AffordReason::over_today:
      return "Later. It fits this cycle, but not what is left of today's budget; the best hour is a quiet one "
             "tomorrow.";
    case AffordReason::after_renewal:
      return "Later. It does not fit this cycle, but the next one begins before the deadline.";
    case AffordReason::too_much:
      return "No. The cap would be crossed with more than 10 % probability, and no cycle that fits begins before the "
             "deadline.";
    case AffordReason::unknown:
      break;
  }
  return "Not enough is known yet: the line must have been read within 24 hours, the cycle's end be known and some use "
         "be seen.";
}

Asked<Bytes> asked_bytes(const ApiCall& call) {
  constexpr std::string_view kNeeded = "; bytes such as 20000000000, 20GB or 1.5 TiB are needed, from 1 to 1000 TB";
  const auto given = call.parameter("bytes");
  if (!given) return bad_parameter("bytes", "bytes is missing" + std::string(kNeeded));
  std::string text(*given);
  std::replace(text.begin(), text.end(), '+', ' ');  // a form's way to write a space; no amount has a plus sign
  if (!text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) text += 'B';
  const auto parsed = parse_size(text);
  if (const auto* const size = std::get_if<SizeText>(&parsed); size != nullptr && size->bytes.count > 0)
    return size->bytes;
  return bad_parameter("bytes", "bytes is " + in_quotes(*given) + std::string(kNeeded));
}

Asked<std::optional<Time>> asked_deadline(const ApiCall& call, const date::time_zone* zone) {
  auto asked = asked_time(call, "by", zone);
  const auto* const by = std::get_if<std::optional<Time>>(&asked);
  if (by == nullptr || !*by || (**by > call.now && **by <= call.now + kLongestWait)) return asked;
  return bad_parameter(
      "by", "by is " + in_quotes(*call.parameter("by")) + "; a time from now on is needed, at most 366 days ahead");
}

std::optional<Bytes> next_allocation(const HouseholdView& view) {
  if (!view.book || !view.book->cycle || !view.book->cycle->allocation) return std::nullopt;
  return *view.book->cycle->allocation - view.book->cycle->top_ups;
}

}  // namespace

ApiAnswer answer_forecast(const ApiCall& call) {
  const auto asked = asked_household(call);
  if (const auto* const error = std::get_if<ApiError>(&asked)) return *error;
  return [view = std::get<std::shared_ptr<const HouseholdView>>(asked), now = call.now](JsonWriter& json) {
    const HouseholdNow seen = look_at(*view, now);
    const date::time_zone* zone = view->household->zone;
    const Habits none;
    const Habits& habits = view->habits ? *view->habits : none;
    json.member("household", view->household->name);
    time_member(json, "time", now, zone);
    json.member("timezone", zone->name());
    time_member(json, "reading_time", seen.standing.reading_time, zone);
    time_member(json, "cycle_start", seen.standing.cycle_start, zone);
    time_member(json, "cycle_end", seen.standing.cycle_end, zone);
    json.member("used_bytes", seen.standing.used);
    json.member("allocation_bytes", seen.standing.allocation);
    write_end_of_cycle(json, seen, zone, now);
    json.member("typical_day_bytes", seen.outlook.typical_day);
    json.member("trend_ratio", seen.outlook.trend);
    json.member("known_days", habits.level.known);
    write_record(json, habits);
    write_shift(json, habits.level);
  };
}

ApiAnswer answer_afford(const ApiCall& call) {
  const auto asked = asked_household(call);
  if (const auto* const error = std::get_if<ApiError>(&asked)) return *error;
  const auto view = std::get<std::shared_ptr<const HouseholdView>>(asked);
  const date::time_zone* zone = view->household->zone;
  const auto bytes = asked_bytes(call);
  if (const auto* const error = std::get_if<ApiError>(&bytes)) return *error;
  const auto by = asked_deadline(call, zone);
  if (const auto* const error = std::get_if<ApiError>(&by)) return *error;
  const AffordQuestion question{std::get<Bytes>(bytes), std::get<std::optional<Time>>(by)};
  const HouseholdNow seen = look_at(*view, call.now);
  const Habits none;
  const Afford afford = can_we_afford(question,
                                      {.zone = *zone,
                                       .standing = seen.standing,
                                       .outlook = seen.outlook,
                                       .habits = view->habits ? *view->habits : none,
                                       .next_allocation = next_allocation(*view)},
                                      call.now);
  return [view, question, afford, now = call.now](JsonWriter& json) {
    const date::time_zone* clock = view->household->zone;
    json.member("household", view->household->name);
    time_member(json, "time", now, clock);
    json.member("timezone", clock->name());
    json.member("bytes", question.bytes);
    time_member(json, "by", afford.by, clock);
    json.member("answer", afford.answer ? std::optional(name_of(kAffordAnswerNames, *afford.answer)) : std::nullopt);
    json.member("reason", name_of(kAffordReasonNames, afford.reason));
    json.member("message", words_for(afford.reason));
    time_member(json, "best_hour", afford.best_hour, clock);
    json.member("crossing_probability_now", afford.crossing_now);
    json.member("crossing_probability_with", afford.crossing_with);
    json.member("headroom_bytes", afford.headroom);
    json.member("left_today_bytes", afford.left_today);
  };
}

}  // namespace taara
