// SPDX-License-Identifier: Apache-2.0
// The part of the schema that says which exporters Prometheus finds through this one.
#pragma once

#include <vector>

#include "core/config.h"
#include "core/config_reader.h"

namespace taara {

// Each entry is an address, or a map with an address and labels. What doesn't fit is reported and left out.
[[nodiscard]] std::vector<Peer> read_peers(const ConfigValue& value, ConfigProblems& problems);

// Whether a target may bring this label: Prometheus would rename a series' own label that a target has, too, and the
// rules would find neither.
[[nodiscard]] bool is_free_label(std::string_view name);

}  // namespace taara
