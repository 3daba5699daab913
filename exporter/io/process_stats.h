// SPDX-License-Identifier: Apache-2.0
// What this process costs, from /proc/self and getrusage. Works where only the process' own part of /proc is visible
// (ProcSubset=pid); what cannot be read is absent. The start time is not here: it would need /proc/stat.
#pragma once

#include <cstdint>
#include <optional>

namespace taara {

struct ProcessStats {
  std::optional<double> cpu_seconds;
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> virtual_bytes;
  std::optional<std::uint64_t> open_fds;
  std::optional<std::uint64_t> max_fds;  // absent also when unlimited
};

[[nodiscard]] ProcessStats process_stats();

}  // namespace taara
