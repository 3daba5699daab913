// SPDX-License-Identifier: Apache-2.0
#include "core/glance.h"

#include <date/date.h>

#include <locale>

#include "core/calendar.h"
#include "core/number_text.h"
#include "core/verdict.h"

namespace taara {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

std::string counted(std::int64_t count, std::string_view unit) {
  return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

// With no-break spaces.
std::string unbroken(std::string text) {
  for (auto at = text.find(' '); at != std::string::npos; at = text.find(' ', at)) text.replace(at, 1, "\u00A0");
  return text;
}

const std::optional<Time>& gone_at(const Glance& glance, Quantile level) {
  return glance.outlook.exhaustion[static_cast<std::size_t>(level)];
}

std::string to_the_end(const Glance& glance) {
  return "to the end of the " + std::string(cycle_word(glance)) + ", " +
         moment_text(glance, *glance.standing.cycle_end);
}

std::string_view why_unknown(const Glance& glance) {
  if (!glance.standing.reading_time) return "The first numbers come with the first reading of the line.";
  if (!glance.fresh)
    return "The line was not read for more than 24 hours. The numbers come back with the next reading.";
  if (!glance.standing.cycle_end) return "The end is not known: no renewal was seen yet.";
  return "A forecast begins within the first day of readings.";
}

}  // namespace

Glance::Glance(const HouseholdView& household_view, LineStatus line_status, Time page_time)
    : HouseholdNow(look_at(household_view, page_time)),
      view(household_view),
      line(line_status),
      now(page_time),
      unlimited(fresh && standing.used && !standing.allocation),
      used_up(is_used_up(*this)) {}

bool crossing_likely(const Glance& glance) {
  const auto& chance = glance.outlook.crossing_probability;
  return chance && *chance >= glance.view.household->thresholds.crossing;
}

Mood mood_of(const Glance& glance) {
  if (glance.unlimited) return Mood::good;
  const auto word = status_word(glance);
  if (!word) return Mood::information;
  return *word == kEfficiencyWords[0] || *word == kEfficiencyWords[1] ? Mood::good : Mood::worth_a_look;
}

std::string_view cycle_word(const Glance& glance) {
  return glance.view.household->plan.cycle == CycleKind::monthly ? "month" : "plan";
}

std::string shown(double bytes) { return unbroken(amount_text(bytes)); }

std::string shown(Bytes bytes) { return shown(static_cast<double>(bytes.count)); }

std::string shown(const std::optional<Bytes>& bytes) { return bytes ? shown(*bytes) : std::string(kNotKnownYet); }

std::string shown_percent(double ratio) { return unbroken(percent_text(ratio)); }

std::string span_text(seconds span) {
  constexpr seconds kDaysFrom = hours{48};
  constexpr seconds kHoursFrom = minutes{90};
  if (span >= kDaysFrom) return counted(date::round<days>(span).count(), "day");
  if (span >= kHoursFrom) return counted(date::round<hours>(span).count(), "hour");
  return counted(date::floor<minutes>(span).count(), "minute");
}

std::string moment_text(const Glance& glance, Time time) {
  const date::local_seconds local = glance.view.household->zone->to_local(time);
  const date::year_month_day day{date::floor<date::days>(local)};
  const auto& plain = std::locale::classic();
  return date::format(plain, "%a ", local) + std::to_string(static_cast<unsigned>(day.day())) +
         date::format(plain, " %B, %H:%M", local);
}

std::string recent_text(const Glance& glance, Time time) {
  if (time < glance.standing.day_start || time > glance.now) return moment_text(glance, time);
  return date::format(std::locale::classic(), "%H:%M", glance.view.household->zone->to_local(time));
}

std::string safe_time_words(const Glance& glance) {
  if (glance.unlimited) return "No limit";
  if (glance.used_up) return "Used up";
  const auto safe = glance.outlook.safe_time(Quantile::p50, glance.now);
  return safe ? span_text(*safe) : "Not known yet";
}

std::string lasting_words(const Glance& glance) {
  if (glance.unlimited) return "This " + std::string(cycle_word(glance)) + " has no cap. Use what you like.";
  if (glance.used_up) {
    return glance.standing.cycle_end ? "It renews " + moment_text(glance, *glance.standing.cycle_end) +
                                           ". A top-up brings the data back at once."
                                     : "A top-up brings the data back at once.";
  }
  if (!glance.outlook.safe_time(Quantile::p50, glance.now)) return std::string(why_unknown(glance));
  const auto& usual = gone_at(glance, Quantile::p50);
  const auto& heavy = gone_at(glance, Quantile::p90);
  const auto& light = gone_at(glance, Quantile::p10);
  if (usual) {
    return "At the usual pace the data lasts until about " + moment_text(glance, *usual) +
           (light ? "." : "; at a light pace it lasts " + to_the_end(glance) + ".");
  }
  return "At the usual pace the data lasts " + to_the_end(glance) +
         (heavy ? "; at a heavy pace until " + moment_text(glance, *heavy) + "." : ". It does at a heavy pace, too.");
}

std::string today_words(const Glance& glance) {
  const Standing& standing = glance.standing;
  if (!standing.used_today) {
    return glance.fresh ? "Known with the first reading of this day." : "";
  }
  const std::string used = shown(*standing.used_today);
  if (!standing.budget_today) {
    return "Used today: " + used + "." +
           (glance.unlimited ? " Without a cap there is no budget." : " The budget is not known yet.");
  }
  std::string words = "Used today: " + used + " of a budget of " + shown(*standing.budget_today) + ".";
  if (glance.used_up) return words;
  if (standing.left_today->count < 0) return words + " Nothing has to stop; the other days get a little smaller.";
  if (glance.outlook.typical_day) words += " A day like this usually takes " + shown(*glance.outlook.typical_day) + ".";
  return words;
}

std::string end_words(const Glance& glance) {
  if (!glance.outlook.cycle_used) return "";
  const Predictive& end = *glance.outlook.cycle_used;
  std::string words = "Four times in five between " + shown(end.p10) + " and " + shown(end.p90);
  words += glance.standing.allocation ? " of " + shown(*glance.standing.allocation) + "." : ". There is no cap.";
  if (!glance.outlook.crossing_probability || glance.used_up) return words;
  return words + " The chance that the data is used up before: " + shown_percent(*glance.outlook.crossing_probability) +
         ".";
}

std::string trend_words(const Glance& glance) {
  const auto& trend = glance.outlook.trend;
  if (!trend) return glance.fresh ? "The trend is known after three weeks." : "The trend is not known yet.";
  return "The last 7 days took " + fixed_text(*trend, 2) + " times a usual week: " + std::string(trend_word(*trend)) +
         ".";
}

std::string streak_words(const Glance& glance) {
  const auto& streak = glance.standing.streak;
  if (glance.unlimited) return "no budget to keep";
  if (!streak) return std::string(kNotKnownYet);
  return *streak == 0 ? "can begin today" : counted(*streak, "day") + " in a row";
}

std::string efficiency_words(const Glance& glance) {
  const auto& efficiency = glance.outlook.efficiency;
  return std::string(efficiency ? efficiency_word(*efficiency) : kNotKnownYet);
}

std::string reading_words(const Glance& glance) {
  const auto& read = glance.standing.reading_time;
  if (!read) return std::string(kNotKnownYet);
  const seconds age = std::max(seconds{0}, glance.now - *read);
  const std::string ago = age < minutes{1} ? "just now" : span_text(age) + " ago";
  return ago + ", " + recent_text(glance, *read);
}

std::string line_words(const Glance& glance) {
  if (glance.line == LineStatus::ok) return "";
  const auto& read = glance.standing.reading_time;
  if (glance.line == LineStatus::credentials_rejected) {
    return "The line does not take the password any more. Whoever keeps the monitor can put the new one into its file; "
           "the rest goes on by itself.";
  }
  if (glance.line == LineStatus::waiting) return read ? "" : "The line is being asked for the first time.";
  if (!read) return "The line has not answered yet. It is asked again by itself.";
  const std::string since = "The line can't be read at the moment. ";
  if (!glance.fresh) return since + "It was last read " + moment_text(glance, *read) + ". It is asked again by itself.";
  return since + "The numbers are those of " + recent_text(glance, *read) +
         " and hold until it answers again, for 24 hours at most.";
}

std::string estimate_words(const Glance& glance) {
  if (!glance.estimated_used || line_words(glance).empty()) return "";
  return "Estimate, by habit: about " + shown(*glance.estimated_used) + " of this " + std::string(cycle_word(glance)) +
         " are used by now.";
}

NextStep next_step(const Glance& glance) {
  constexpr Bytes kWorthSaying{1'000'000'000};
  constexpr unsigned kEvening = 18;
  const auto& standing = glance.standing;
  const std::string quiet =
      standing.quiet_hour ? (*standing.quiet_hour < 10 ? "0" : "") + std::to_string(*standing.quiet_hour) + ":00" : "";
  const std::string quiet_words = quiet.empty() ? "" : " The line is quietest from " + quiet + " on.";
  if (glance.unlimited) return {"Any time is a good time", "Nothing has to wait." + quiet_words};
  if (glance.used_up) return {"A top-up, or a little patience", "Large downloads go best after it renews."};
  if (!glance.outlook.crossing_probability)
    return {"Nothing to do", "A suggestion comes with the forecast." + quiet_words};
  if (crossing_likely(glance))
    return {"Make it last", "Standard instead of high definition on the big screen is the step that helps most."};
  const auto& headroom = glance.outlook.headroom;
  if (!headroom || *headroom < kWorthSaying)
    return {"All as usual", "Nothing has to change; a large download waits better for the next " +
                                std::string(cycle_word(glance)) + "."};
  const std::string room = "up to " + shown(*headroom);
  return {(standing.local_hour >= kEvening ? "Good evening for an update: " : "Room for a download: ") + room,
          "That much fits, and the data still lasts nine times in ten." + quiet_words};
}

}  // namespace taara
