// SPDX-License-Identifier: Apache-2.0
#include "core/page_drawing.h"

#include <algorithm>
#include <cmath>

#include "core/calendar.h"
#include "core/number_text.h"

namespace taara {
namespace {

constexpr double kWide = 340;  // both wide drawings, in their own units

std::string units(double length) { return fixed_text(length, 1); }

void rectangle(HtmlWriter& html, std::string_view look, double x, double y, double width, double height) {
  html.element("rect",
               {{"class", look},
                {"x", units(x)},
                {"y", units(y)},
                {"width", units(std::max(0.0, width))},
                {"height", units(std::max(0.0, height))},
                {"rx", "3"}},
               "");
}

void words_at(HtmlWriter& html, std::string_view anchor, double x, double y, std::string_view words) {
  html.element("text", {{"x", units(x)}, {"y", units(y)}, {"text-anchor", anchor}}, words);
}

void arc(HtmlWriter& html, std::string_view look, double percent) {
  html.element("circle",
               {{"class", look},
                {"cx", "60"},
                {"cy", "60"},
                {"r", "52"},
                {"pathLength", "100"},
                {"stroke-dasharray", units(percent) + " 100"},
                {"transform", "rotate(-90 60 60)"}},
               "");
}

// By days before today, 1 is yesterday; nothing where it isn't known.
std::optional<Bytes> day_of_week_before(const Glance& glance, std::size_t ago) {
  if (!glance.fresh || !glance.view.habits || !glance.view.habits->newest) return std::nullopt;
  const auto& habits = *glance.view.habits;
  const Time yesterday = glance.standing.day_start - seconds{1};
  if (local_day(*glance.view.household->zone, yesterday).date != *habits.newest || habits.days.size() < ago)
    return std::nullopt;
  const float day = habits.days[habits.days.size() - ago];
  if (!is_known(day)) return std::nullopt;
  return Bytes{static_cast<std::int64_t>(day)};
}

struct DayPair {
  std::string name;
  std::optional<Bytes> used, week_before;
};

}  // namespace

void draw_today(const Glance& glance, HtmlWriter& html) {
  const auto& standing = glance.standing;
  const bool known = standing.budget_today && standing.used_today && standing.left_today && !glance.used_up;
  const bool over = known && standing.left_today->count < 0;
  double share = 0;
  if (known && standing.used_today->count > 0) {
    const auto budget = static_cast<double>(standing.budget_today->count);
    share = budget > 0 ? static_cast<double>(standing.used_today->count) / budget : 1;
  }
  std::string middle = "not known";
  std::string_view below = "yet";
  std::string label = "Today's budget is not known yet";
  if (known) {
    middle = shown(over ? Bytes{-standing.left_today->count} : *standing.left_today);
    below = over ? "over" : "left today";
    label = shown_percent(share) + " of today's budget is used; " + middle + " " + std::string(below);
  } else if (standing.used_today) {
    middle = shown(*standing.used_today);
    below = "used today";
    label = middle + " used today";
  }
  html.begin("svg", {{"class", "ring"}, {"viewBox", "0 0 120 120"}, {"role", "img"}, {"aria-label", label}});
  arc(html, "track", 100);
  if (share > 0) {
    const double percent = std::min(100 * share, 100.0);
    arc(html, over ? "edge-look" : "edge-good", percent);
    arc(html, over ? "arc-look" : "arc-good", percent);
  }
  html.element("text",
               {{"class", standing.used_today ? "big" : "mid"}, {"x", "60"}, {"y", "62"}, {"text-anchor", "middle"}},
               middle);
  words_at(html, "middle", 60, 80, below);
  html.end();
}

void draw_end(const Glance& glance, HtmlWriter& html) {
  if (!glance.outlook.cycle_used || !glance.standing.used) return;
  const Predictive& end = *glance.outlook.cycle_used;
  const auto& cap = glance.standing.allocation;
  const auto used = static_cast<double>(glance.standing.used->count);
  const double most = std::max({end.p90, used, cap ? static_cast<double>(cap->count) : 0.0, 1.0}) * 1.03;
  const auto at = [&](double bytes) { return kWide * std::max(0.0, bytes) / most; };
  const std::string used_words = shown(used) + " used";
  std::string label = used_words + "; the end is likely between " + shown(end.p10) + " and " + shown(end.p90);
  if (cap) label += "; the cap is " + shown(*cap);
  html.begin("svg", {{"class", "wide"}, {"viewBox", "0 0 340 64"}, {"role", "img"}, {"aria-label", label}});
  words_at(html, "start", 0, 13, used_words);
  rectangle(html, "track", 0, 20, kWide, 24);
  rectangle(html, "band", at(end.p10), 20, std::max(3.0, at(end.p90) - at(end.p10)), 24);
  rectangle(html, "used", 0, 20, at(used), 24);
  rectangle(html, "middle", at(end.p50) - 1, 20, 2, 24);
  if (cap) {
    const double x = at(static_cast<double>(cap->count));
    rectangle(html, "cap", x - 1.5, 15, 3, 34);
    words_at(html, x > kWide / 2 ? "end" : "start", x > kWide / 2 ? x + 1.5 : x - 1.5, 61, "cap " + shown(*cap));
  }
  html.end();
}

bool draw_week(const Glance& glance, HtmlWriter& html) {
  constexpr double kFloor = 84;
  constexpr double kHigh = 78;
  constexpr std::array<std::string_view, 7> kNames{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  std::array<DayPair, 7> days;  // the oldest first
  double most = 1;
  bool any = false;
  bool any_before = false;
  std::string label = "Use of the last 7 days, and of the same day a week before in brackets:";
  for (std::size_t i = 0; i < days.size(); ++i) {
    const std::size_t ago = days.size() - i;
    DayPair& day = days.at(i);
    day.name = kNames.at((glance.standing.local_weekday + 7 - ago) % 7);
    const auto& finished = glance.standing.finished_days.at(ago - 1);
    if (finished) day.used = finished->used;
    day.week_before = day_of_week_before(glance, ago + 7);
    for (const auto& bytes : {day.used, day.week_before}) {
      if (!bytes) continue;
      any = true;
      most = std::max(most, static_cast<double>(bytes->count));
    }
    any_before = any_before || day.week_before;
    label += (i == 0 ? " " : ", ") + day.name + " " + (day.used ? shown(*day.used) : "not known");
    if (day.week_before) label += " (" + shown(*day.week_before) + ")";
  }
  if (!any) return false;
  html.begin("svg", {{"class", "wide"}, {"viewBox", "0 0 340 102"}, {"role", "img"}, {"aria-label", label}});
  constexpr double kStep = kWide / 7;
  const auto bar = [&](std::string_view look, double x, double width, const std::optional<Bytes>& bytes) {
    if (!bytes) return;
    const double height = std::max(2.0, kHigh * static_cast<double>(bytes->count) / most);
    rectangle(html, look, x, kFloor - height, width, height);
  };
  for (std::size_t i = 0; i < days.size(); ++i) {
    const double left = kStep * static_cast<double>(i);
    const DayPair& day = days.at(i);
    bar("before", left + 7, 13, day.week_before);
    bar("used", left + 22, 19, day.used);
    if (!day.used) words_at(html, "middle", left + 31.5, kFloor - 4, "?");
    words_at(html, "middle", left + kStep / 2, 99, day.name);
  }
  html.end();
  return any_before;
}

}  // namespace taara
