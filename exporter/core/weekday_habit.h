// SPDX-License-Identifier: Apache-2.0
// How the days of the week differ, as far as the days prove it: factors whose mean is 1.
#pragma once

#include <array>
#include <span>

namespace taara {

// `days` are consecutive, newest last, negative where unknown; weekday 0 is Sunday. All 1 until three weeks are known,
// and wherever the weekdays differ no more than chance would make them.
[[nodiscard]] std::array<double, 7> weekday_habit(std::span<const float> days, unsigned newest_weekday);

}  // namespace taara
