// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace taara {

// The middle value, or the mean of the two in the middle. Sorts `values`, of which there must be one at least.
[[nodiscard]] double median_of(std::span<double> values);

}  // namespace taara
