// SPDX-License-Identifier: Apache-2.0
// What a client says that it understands, in its Accept and Accept-Encoding headers (RFC 9110, 12.5).
// Whatever cannot be understood counts as not said.
#pragma once

#include <string_view>

#include "core/exposition.h"

namespace taara {

// OpenMetrics where the client prefers it to plain text or likes both the same; text otherwise, also for wildcards.
[[nodiscard]] PageFormat page_format(std::string_view accept);

// Whether gzip is allowed, by name or by `*`, with a weight above 0.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

[[nodiscard]] std::string_view content_type(PageFormat format);

}  // namespace taara
