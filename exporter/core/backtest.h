// SPDX-License-Identifier: Apache-2.0
// Rolls through a history and scores what would have been forecast: ours and the plain methods, on the same cycles and
// cut-offs, each knowing nothing but the days before its cut-off.
#pragma once

#include <date/tz.h>

#include <functional>
#include <optional>
#include <vector>

#include "core/plain_methods.h"
#include "core/predictive.h"
#include "core/usage_history.h"

namespace taara {

inline constexpr std::size_t kMethods = 1 + kPlainNames.size();  // ours first

struct Scored {  // one method, one cycle, one cut-off
  Predictive end;
  double actual = 0;
};

struct CutOff {
  unsigned day = 0;  // days of the cycle that have passed
  std::size_t series = 0;
  std::array<Scored, kMethods> methods;
};

struct BacktestPlan {
  const date::time_zone* zone = nullptr;
  std::optional<unsigned> cycle_day;  // monthly cycles from this day; absent: 30 days from every day that there is
  std::vector<unsigned> cut_offs{1, 2, 3, 5, 7, 10, 15, 20, 25};
};

// Cycles with an unknown day are left out: nobody knows what they came to.
void backtest(std::span<const UsageInterval> series, std::size_t number, const BacktestPlan& plan,
              const std::function<void(std::size_t done, std::size_t all)>& progress, std::vector<CutOff>& into);

struct Score {  // over many cut-offs of one method
  std::size_t count = 0;
  double mean_error = 0;    // of p50, absolute, bytes
  double median_error = 0;  // likewise
  double within_tenth = 0;  // share with p50 within 10 % of what it came to
  double pinball = 0;       // mean over 0.1, 0.5 and 0.9, bytes
  double coverage = 0;      // share within p10..p90
};

[[nodiscard]] Score score(std::span<const CutOff> cut_offs, std::size_t method, unsigned day);

}  // namespace taara
