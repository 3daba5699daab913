// SPDX-License-Identifier: Apache-2.0
// What others forecast with, to hold our own against: the mean so far, means of the last days, and Prometheus'
// predict_linear. Each gives the use still to come from the days before.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace taara {

enum class PlainMethod { run_rate, last_7_days, last_28_days, predict_linear };
inline constexpr std::array<std::string_view, 4> kPlainNames{"run-rate", "last-7-days", "last-28-days",
                                                             "predict_linear"};

// `days` up to now, newest last, negative where unknown; `of_cycle` of them lie in this cycle; `ahead` are to come.
// Never below 0.
[[nodiscard]] double plain_forecast(PlainMethod method, std::span<const float> days, std::size_t of_cycle,
                                    std::size_t ahead);

}  // namespace taara
