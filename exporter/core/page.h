// SPDX-License-Identifier: Apache-2.0
// The exporter's own page, for people: the glance without Grafana. HTML that needs no script and loads nothing; a pure
// function of an immutable snapshot and the moment.
#pragma once

#include <string_view>

#include "core/html_writer.h"
#include "core/snapshot.h"

namespace taara {

// What of the page a browser must be told to allow, as directives of a Content-Security-Policy: its one style block, by
// hash, and the picture on its tab.
[[nodiscard]] std::string_view page_policy();

inline constexpr seconds kPageRefresh{60};
// This query asks for a page that stays as it is, for who reads slowly or listens to it.
inline constexpr std::string_view kStillQuery = "refresh=off";

struct PageSurroundings {
  std::string_view version;
  Time now;
  bool still = false;  // it was asked for with kStillQuery
};

// One household's page where there is one, otherwise all of them, the one most worth a look first.
void write_home_page(const Snapshot& snapshot, const PageSurroundings& around, HtmlWriter& html);
// False, and nothing written, where there is no such household.
[[nodiscard]] bool write_household_page(const Snapshot& snapshot, std::string_view name, const PageSurroundings& around,
                                        HtmlWriter& html);
// `name` is what somebody typed.
void write_no_such_household_page(std::string_view name, const PageSurroundings& around, HtmlWriter& html);
void write_starting_page(const PageSurroundings& around, HtmlWriter& html);

}  // namespace taara
