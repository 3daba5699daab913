// SPDX-License-Identifier: Apache-2.0
// The page's drawings, as SVG within the HTML. Each says the same in its label, and all sizes are attributes: the page
// allows no style but its own.
#pragma once

#include "core/glance.h"
#include "core/html_writer.h"

namespace taara {

// How much of today's budget is used; what is left in the middle, or what was used where there is no budget.
void draw_today(const Glance& glance, HtmlWriter& html);
// Used so far and where the cycle may end, against the cap.
void draw_end(const Glance& glance, HtmlWriter& html);
// The last seven finished days beside those of the week before; false where none of these is known.
bool draw_week(const Glance& glance, HtmlWriter& html);

}  // namespace taara
