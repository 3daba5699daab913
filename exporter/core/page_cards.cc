// SPDX-License-Identifier: Apache-2.0
// The page of one household: the most important first, as it is read on a phone.
#include "core/label.h"
#include "core/page_drawing.h"
#include "core/page_parts.h"

namespace taara {
namespace {

constexpr std::array<std::string_view, 3> kMoodMarks{"✓", "i", "!"};

void begin_card(HtmlWriter& html, std::string_view title, std::string_view look = "card") {
  html.begin("section", {{"class", look}});
  html.element("h2", title);
}

void write_words(HtmlWriter& html, std::string_view words) {
  if (!words.empty()) html.element("p", words);
}

void write_safe_time(const Glance& glance, HtmlWriter& html) {
  const auto mood = static_cast<std::size_t>(mood_of(glance));
  begin_card(html, "Safe time", "card hero " + std::string(kMoodNames.at(mood)));
  html.element("p", {{"class", "huge"}}, safe_time_words(glance));
  html.element("p", lasting_words(glance));
  html.begin("p", {{"class", "chip"}});
  html.element("span", {{"aria-hidden", "true"}}, kMoodMarks.at(mood));
  html.text(" " + std::string(kMoodWords.at(mood)));
  html.end();
  html.end();
}

void write_notice(const Glance& glance, HtmlWriter& html) {
  const std::string words = line_words(glance);
  if (words.empty()) return;
  html.begin("section", {{"class", "card notice"}});
  html.element("h2", "About these numbers");
  html.element("p", words);
  write_words(html, estimate_words(glance));
  html.end();
}

void write_today(const Glance& glance, HtmlWriter& html) {
  begin_card(html, "Today", "card today");
  draw_today(glance, html);
  write_words(html, today_words(glance));
  html.end();
}

void write_end(const Glance& glance, HtmlWriter& html) {
  begin_card(html, "Where the " + std::string(cycle_word(glance)) + " ends");
  const auto& end = glance.outlook.cycle_used;
  html.element("p", {{"class", "large"}}, end ? "About " + shown(end->p50) : "Not known yet");
  draw_end(glance, html);
  write_words(html, end_words(glance));
  html.end();
}

void write_week(const Glance& glance, HtmlWriter& html) {
  begin_card(html, "The last 7 days");
  const bool drawn = draw_week(glance, html);
  html.element("p", trend_words(glance));
  if (drawn) html.element("p", {{"class", "small"}}, "Blue: these days. Pale: the same day of the week before.");
  html.end();
}

void write_next(const Glance& glance, HtmlWriter& html) {
  const NextStep next = next_step(glance);
  begin_card(html, "Next");
  html.element("p", {{"class", "large"}}, next.title);
  html.element("p", next.words);
  html.end();
}

void begin_fact(HtmlWriter& html, std::string_view name) {
  html.begin("div");
  html.element("dt", name);
}

void write_fact(HtmlWriter& html, std::string_view name, std::string_view value) {
  begin_fact(html, name);
  html.element("dd", value);
  html.end();
}

void write_facts(const Glance& glance, HtmlWriter& html) {
  const Standing& standing = glance.standing;
  begin_card(html, "In numbers");
  html.begin("dl");
  write_fact(html, "Streak within budget", streak_words(glance));
  if (!glance.unlimited) {
    write_fact(html, "Data left",
               shown(standing.remaining) +
                   (standing.remaining && standing.allocation ? " of " + shown(*standing.allocation) : ""));
  }
  if (!glance.unlimited) write_fact(html, "Efficiency", efficiency_words(glance));
  write_fact(html, "Used", shown(standing.used));
  write_fact(html, "A day like this takes", shown(glance.outlook.typical_day));
  write_fact(html, "The " + std::string(cycle_word(glance)) + " ends",
             standing.cycle_end ? moment_text(glance, *standing.cycle_end) : std::string(kNotKnownYet));
  if (glance.fresh && !glance.view.plan.empty()) {
    begin_fact(html, "Plan");
    html.begin("dd");
    html.element("bdi", clean_label(glance.view.plan));  // the line's own words
    html.end();
    html.end();
  }
  write_fact(html, "Read", reading_words(glance));
  html.end();
  html.end();
}

}  // namespace

void write_cards(const Glance& glance, HtmlWriter& html) {
  html.begin("div", {{"class", "cards"}});
  write_safe_time(glance, html);
  write_notice(glance, html);
  write_today(glance, html);
  write_end(glance, html);
  write_week(glance, html);
  write_next(glance, html);
  write_facts(glance, html);
  html.end();
}

}  // namespace taara
