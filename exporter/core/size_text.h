// SPDX-License-Identifier: Apache-2.0
// The strict grammar of an amount of data in words: a decimal number, at most one space, a unit. "885.1 GB", "1 TiB".
// kB/KB, MB, GB, TB are powers of 1000; KiB, MiB, GiB, TiB of 1024. A comma, another unit or none is a fault, never a
// guess.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "core/bytes.h"
#include "core/config.h"

namespace taara {

struct SizeText {
  Bytes bytes;       // rounded to the nearest byte
  Bytes resolution;  // of the last digit given: 10^8 for "885.1 GB"
};

enum class SizeFault { grammar, unit, range };  // range: negative, or over kMaxPlausible

[[nodiscard]] std::variant<SizeText, SizeFault> parse_size(std::string_view text);
[[nodiscard]] std::string_view explain(SizeFault fault);

// Nothing for Unit::automatic and for names that are no unit.
[[nodiscard]] std::optional<Unit> unit_named(std::string_view name);
[[nodiscard]] Bytes bytes_per(Unit unit);

}  // namespace taara
