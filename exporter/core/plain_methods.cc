// SPDX-License-Identifier: Apache-2.0
#include "core/plain_methods.h"

#include <algorithm>

#include "core/level.h"

namespace taara {
namespace {

double mean_of(std::span<const float> days) {
  double sum = 0;
  double known = 0;
  for (const float day : days) {
    if (!is_known(day)) continue;
    sum += static_cast<double>(day);
    known += 1;
  }
  return known > 0 ? sum / known : -1;
}

double mean_of_last(std::span<const float> days, std::size_t count) {
  const double mean = mean_of(days.last(std::min(count, days.size())));
  return mean >= 0 ? mean : std::max(0.0, mean_of(days));
}

// predict_linear(usage_total[7d], ahead) minus usage_total, with a sample at each midnight: least squares through the
// samples, read off `ahead` days after the last one. An unknown day leaves the counter where it was.
double linear(std::span<const float> days, std::size_t ahead) {
  const auto week = days.last(std::min<std::size_t>(7, days.size()));
  const auto n = static_cast<double>(week.size() + 1);
  double total = 0;
  double sum_x = 0;
  double sum_y = 0;
  double sum_xy = 0;
  double sum_xx = 0;
  for (std::size_t i = 0; i < week.size(); ++i) {
    if (is_known(week[i])) total += static_cast<double>(week[i]);
    const auto x = static_cast<double>(i + 1);
    sum_x += x;
    sum_y += total;
    sum_xy += x * total;
    sum_xx += x * x;
  }
  const double slope = (sum_xy - sum_x * sum_y / n) / (sum_xx - sum_x * sum_x / n);
  const double at_now = sum_y / n + slope * (n - 1 - sum_x / n);
  return at_now + slope * static_cast<double>(ahead) - total;
}

}  // namespace

double plain_forecast(PlainMethod method, std::span<const float> days, std::size_t of_cycle, std::size_t ahead) {
  if (days.empty()) return 0;
  const auto length = static_cast<double>(ahead);
  switch (method) {
    case PlainMethod::run_rate:
      return mean_of_last(days, of_cycle) * length;
    case PlainMethod::last_7_days:
      return mean_of_last(days, 7) * length;
    case PlainMethod::last_28_days:
      return mean_of_last(days, 28) * length;
    case PlainMethod::predict_linear:
      return std::max(0.0, linear(days, ahead));
  }
  return 0;
}

}  // namespace taara
