// SPDX-License-Identifier: Apache-2.0
// All households on one page, the one most worth a look first.
#include <algorithm>
#include <tuple>

#include "core/page_parts.h"

namespace taara {
namespace {

// What may not last, then what isn't known, then the rest; within these by the chance that the data is used up before
// the end, then by safe time, then by name.
auto rank(const Glance& glance) {
  const double chance = glance.outlook.crossing_probability.value_or(0);
  const int group = glance.used_up || crossing_likely(glance) ? 0 : glance.fresh ? 2 : 1;
  const auto safe = glance.outlook.safe_time(Quantile::p50, glance.now).value_or(seconds::max());
  return std::tuple(group, glance.used_up ? 0 : 1, -chance, safe, std::string_view(glance.view.household->name));
}

std::string row_words(const Glance& glance) {
  std::string words(kMoodWords.at(static_cast<std::size_t>(mood_of(glance))));
  if (glance.used_up)
    words += ": used up";
  else if (glance.unlimited)
    words += ": no limit";
  else if (const auto safe = glance.outlook.safe_time(Quantile::p50, glance.now))
    words += ": " + span_text(*safe) + " of safe time";
  words += ".";
  const auto& left = glance.standing.left_today;
  if (!left || glance.used_up) return words;
  return words + " Today " + (left->count < 0 ? shown(Bytes{-left->count}) + " over." : shown(*left) + " left.");
}

void write_row(const Glance& glance, bool still, HtmlWriter& html) {
  const auto& name = glance.view.household->name;
  html.begin("li", {{"class", "card row " + std::string(kMoodNames.at(static_cast<std::size_t>(mood_of(glance))))}});
  html.element("a", {{"href", household_address(name, still)}}, name);
  html.element("p", row_words(glance));
  html.element("p", {{"class", "small"}},
               glance.standing.reading_time ? "Read " + reading_words(glance) + "." : "Not read yet.");
  html.end();
}

}  // namespace

void write_list(const Snapshot& snapshot, const PageSurroundings& around, HtmlWriter& html) {
  std::vector<Glance> glances;
  glances.reserve(snapshot.households.size());
  for (std::size_t i = 0; i < snapshot.households.size(); ++i)
    glances.emplace_back(*snapshot.households[i], snapshot.health.lines[i].status, around.now);
  std::vector<const Glance*> ranked;
  ranked.reserve(glances.size());
  for (const Glance& glance : glances) ranked.push_back(&glance);
  std::sort(ranked.begin(), ranked.end(), [](const Glance* a, const Glance* b) { return rank(*a) < rank(*b); });
  html.element("p", std::to_string(glances.size()) + " households, those most worth a look first.");
  html.begin("ul", {{"class", "cards"}});
  for (const Glance* glance : ranked) write_row(*glance, around.still, html);
  html.end();
}

}  // namespace taara
