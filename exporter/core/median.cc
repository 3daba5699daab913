// SPDX-License-Identifier: Apache-2.0
#include "core/median.h"

#include <algorithm>

namespace taara {

double median_of(std::span<double> values) {
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

}  // namespace taara
