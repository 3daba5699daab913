// SPDX-License-Identifier: Apache-2.0
// Households as the page meets them, and the page's text.
#pragma once

#include <string>

#include "core/page.h"
#include "unit/core/snapshot_fixture.h"

namespace taara {

// `change` gets the book and the household; the outlook follows from them.
template <class Change>
HouseholdView changed_household(const std::string& name, Change change) {
  HouseholdView view = known_household(name);
  LedgerState book = *view.book;
  Household household = *view.household;
  change(book, household);
  view.book = std::make_shared<const LedgerState>(book);
  view.household = std::make_shared<const Household>(household);
  view.outlook = std::make_shared<const Outlook>(look_ahead(position_of(book, household), *view.habits));
  return view;
}

// Six weeks of its days fit into what is left.
inline HouseholdView calm_household(const std::string& name) {
  return changed_household(name, [](LedgerState& book, Household&) {
    book.cycle->allocation = Bytes{1'600'000'000'000};
    book.last->remaining = *book.cycle->allocation - book.cycle->used;
    book.today->budget = Bytes{57'600'000'000};
  });
}

// More is used than the plan has for so many days.
inline HouseholdView heavy_household(const std::string& name) {
  return changed_household(name, [](LedgerState& book, Household&) {
    book.cycle->used = book.cycle->used_peak = Bytes{760'000'000'000};
    book.last->remaining = Bytes{240'000'000'000};
    book.today->budget = Bytes{12'000'000'000};
    book.streak = 0;
  });
}

inline HouseholdView used_up_household(const std::string& name) {
  return changed_household(name, [](LedgerState& book, Household&) {
    book.cycle->used = book.cycle->used_peak = kTerabyte;
    book.last->remaining = Bytes{0};
    book.today->budget = Bytes{0};
  });
}

inline HouseholdView unlimited_household(const std::string& name) {
  return changed_household(name, [](LedgerState& book, Household& household) {
    household.plan.allocation.reset();
    household.plan.cycle = CycleKind::monthly;
    book.cycle->allocation.reset();
    book.last->remaining.reset();
    book.last->used = book.cycle->used;
    book.today->budget.reset();
    book.streak = 0;
  });
}

inline HouseholdView failing_household(const std::string& name) {
  HouseholdView view = calm_household(name);
  view.last_poll_usable = false;
  return view;
}

inline HouseholdView fresh_household(const std::string& name) {
  HouseholdView view = unknown_household(name);
  view.counters.polls = {};
  view.polling.login_rejections = 0;
  return view;
}

inline PageSurroundings page_at(Time now) { return {.version = "1.2.3", .now = now}; }

template <class Write>
std::string page_text(Write write) {
  std::string text;
  HtmlWriter html([&](std::string_view piece) {
    text += piece;
    return true;
  });
  write(html);
  return text;
}

inline std::string home_page(const Snapshot& snapshot, Time now = fixture_now()) {
  return page_text([&](HtmlWriter& html) { write_home_page(snapshot, page_at(now), html); });
}

}  // namespace taara
