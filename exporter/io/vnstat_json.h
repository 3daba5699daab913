// SPDX-License-Identifier: Apache-2.0
// What `vnstat --json` prints (vnStat 2): the hours and days of one interface, received and sent together. Months and
// years say nothing that days don't. vnStat writes local times of its machine; versions that also write a timestamp are
// taken at that.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/usage_rows.h"

namespace taara {

inline constexpr std::size_t kMaxVnstatBytes = std::size_t{16} << 20;

// `interface` absent: there may be one only. What is worth knowing and no fault comes back as sentences.
[[nodiscard]] std::vector<std::string> read_vnstat(std::string_view text, const std::optional<std::string>& interface,
                                                   const UsageTarget& to);

}  // namespace taara
