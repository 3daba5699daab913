// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace taara {

// How fast a line is, in bits per second: a number, at most one space, kbit/s, Mbit/s or Gbit/s ("100 Mbit/s",
// "2.5Gbit/s"), from 1 Mbit/s to 100 Gbit/s. Nothing for all else; MB/s would be eight times as much, so no guess.
[[nodiscard]] std::optional<std::int64_t> parse_speed(std::string_view text);

}  // namespace taara
