// SPDX-License-Identifier: Apache-2.0
// How the parts of the daemon are, and since when they are so: as long as this process has seen it without a break.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace taara {

struct Snapshot;

enum class LineStatus { waiting, ok, failing, credentials_rejected };  // waiting: no poll has ended yet
inline constexpr std::array<std::string_view, 4> kLineStatusNames{"waiting", "ok", "failing", "credentials_rejected"};

struct LineHealth {
  LineStatus status = LineStatus::waiting;
  Time since;
};

struct PartHealth {
  bool ok = true;
  Time since;
};

struct Health {
  std::vector<LineHealth> lines;  // one for each of Snapshot::households, at the same place
  PartHealth store;
  PartHealth clock;
  PartHealth configuration;
};

// Of `next`, made at `now`; what is as it was in `before` keeps its moment.
[[nodiscard]] Health health_of(const Snapshot& next, const Snapshot& before, Time now);

}  // namespace taara
