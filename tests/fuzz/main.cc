// SPDX-License-Identifier: Apache-2.0
// One libFuzzer program; TAARA_CHECK is its function of checks.h.
#include <cstddef>

#include "fuzz/checks.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer looks for this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  taara::fuzz::TAARA_CHECK({data, size});
  return 0;
}
