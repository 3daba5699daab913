// SPDX-License-Identifier: Apache-2.0
#include "core/spread.h"

#include <algorithm>

namespace taara {
namespace {

constexpr double kUsualVariation = 1.2;  // of single days, of a household that nothing is known of yet ...
constexpr double kUsualDays = 5;         // ... which counts as much as this many days
constexpr double kFewDays = 24;          // with n days the variance is taken 1 + 24/n times
constexpr double kPersistence = 1.4;     // a heavy day is followed by another: days in a row scatter this much more
constexpr double kDrift = 0.06;          // a level's walk in a day, in standard deviations of a day
constexpr double kBursty = 1;            // squared variation where bursts begin to carry the line ...
constexpr double kAllBursts = 2;         // ... and where they are all of it
constexpr double kUnseenBurst = 4;       // a burst may come that is this many times the largest one seen
constexpr double kFewestDays = 5;        // that a forecast worth grading rests on
constexpr double kPriorErrors = 6;       // own errors count once they outnumber this
constexpr double kWorstError = 4;        // one error counts as two standard deviations at most
constexpr double kForget = 0.99616;      // a day: half-life 180 days

double burstiness(const Level& level) {
  if (!(level.mean > 0)) return 0;
  return std::clamp((level.variance / (level.mean * level.mean) - kBursty) / (kAllBursts - kBursty), 0.0, 1.0);
}

Scatter scatter_from(const Level& level, double variance) {
  const double drift = kDrift * kDrift * variance;
  return {.mean = level.mean,
          .noise = kPersistence * variance,
          .standing = kPersistence * variance * level.weight_squares + drift * level.age / 2,
          .drift = drift / 3};
}

}  // namespace

Scatter scatter_of(const Level& level) {
  const double bursts = burstiness(level);
  const double usual = kUsualVariation * level.mean;
  const double burst = kUnseenBurst * level.largest;
  const double pooled = (level.days * level.variance + kUsualDays * usual * usual + bursts * burst * burst) /
                        (level.days + kUsualDays + bursts);
  return scatter_from(level, level.days > 0 ? pooled * (1 + kFewDays / level.days) : pooled);
}

Stretching OwnErrors::factor(double days) const {
  Stretching sum{.below = kPriorErrors, .above = kPriorErrors};
  double weight = kPriorErrors;
  for (std::size_t i = 0; i < kHorizons.size(); ++i) {
    const auto horizon = static_cast<double>(kHorizons[i]);
    // Forecasts over h days made on h days in a row share most of what they are about: together one error.
    const double near = std::min(horizon, days) / std::max(horizon, days) / horizon;
    sum.below += near * 2 * below[i];  // half of the errors lie on either side
    sum.above += near * 2 * above[i];
    weight += near * weights[i];
  }
  return {.below = sum.below / weight, .above = sum.above / weight};
}

void grade(OwnErrors& errors, std::span<const float> days, const Level& level) {
  for (std::size_t i = 0; i < kHorizons.size(); ++i) {
    errors.below[i] *= kForget;
    errors.above[i] *= kForget;
    errors.weights[i] *= kForget;
    const std::size_t horizon = kHorizons[i];
    if (errors.past.size() < horizon || days.size() < horizon) continue;
    const Scatter& then = errors.past[errors.past.size() - horizon];
    if (then.mean < 0) continue;
    const auto since = days.last(horizon);
    if (!std::all_of(since.begin(), since.end(), is_known)) continue;
    double off = -then.mean * static_cast<double>(horizon);
    for (const float day : since) off += static_cast<double>(day);
    const double expected = then.variance(static_cast<double>(horizon));
    if (!(expected > 0)) continue;
    (off > 0 ? errors.above : errors.below)[i] += std::min(kWorstError, off * off / expected);
    errors.weights[i] += 1;
  }
  Scatter now = scatter_of(level);
  if (static_cast<double>(level.known) < kFewestDays) now.mean = -1;
  errors.past.push_back(now);
  if (errors.past.size() > kHorizons.back()) errors.past.pop_front();
}

Predictive predict(const Level& level, const OwnErrors& errors, double units, double days, double widening) {
  if (!(units > 0) || !(days > 0) || !(level.mean > 0)) return {};
  const double stretch = units / days;  // ordinary days in a day: weekends weigh more than their number
  const double variance = scatter_of(level).variance(days) * stretch * stretch;
  // The middle of a line that lives from bursts lies below its mean; elsewhere the mean is the middle.
  const Scatter own = scatter_from(level, level.variance);
  const double middle = burstiness(level) * stretch * stretch *
                        (days * level.variance + 2 * days * days * (own.standing + days * own.drift));
  const Stretching own_errors = errors.factor(days);
  return predictive_of({.mean = level.mean * units,
                        .variance_below = variance * own_errors.below * widening * widening,
                        .variance_above = variance * own_errors.above * widening * widening,
                        .middle_variance = middle});
}

}  // namespace taara
