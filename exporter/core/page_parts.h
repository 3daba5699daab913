// SPDX-License-Identifier: Apache-2.0
// What the pages of core/page.h are made of.
#pragma once

#include "core/glance.h"
#include "core/page.h"

namespace taara {

[[nodiscard]] Markup page_style();  // page_style.cc
[[nodiscard]] Markup page_icon();

void write_cards(const Glance& glance, HtmlWriter& html);                                     // page_cards.cc
void write_list(const Snapshot& snapshot, const PageSurroundings& around, HtmlWriter& html);  // page_list.cc

[[nodiscard]] std::string household_address(std::string_view name, bool still);

}  // namespace taara
