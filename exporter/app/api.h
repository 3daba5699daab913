// SPDX-License-Identifier: Apache-2.0
// The API under /api/v1: questions by GET, answers in JSON. docs/api/openapi.yaml is its contract.
#pragma once

#include <vector>

#include "app/pages.h"

namespace taara {

// Every address of the API, and one that says 404 for all others below /api/v1.
[[nodiscard]] std::vector<Route> make_api_routes(const PageSources& sources);

}  // namespace taara
