// SPDX-License-Identifier: Apache-2.0
// Whether the machine is short of memory or processor right now, as the kernel tells it under /proc.
#pragma once

#include <string>
#include <string_view>

namespace taara {

// Pure parts, for tests: the share of time (0-100) in the last minute that something waited, by a /proc/pressure file;
// and available over total memory by /proc/meminfo. Below zero where the text doesn't say.
[[nodiscard]] double waiting_percent(std::string_view pressure_file);
[[nodiscard]] double available_memory_ratio(std::string_view meminfo);

// False when the kernel doesn't tell.
[[nodiscard]] bool machine_under_pressure(const std::string& proc = "/proc");

}  // namespace taara
