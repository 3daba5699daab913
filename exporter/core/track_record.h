// SPDX-License-Identifier: Apache-2.0
// How good the forecasts were: each finished day is held against the band that was given for it at its start, each
// finished cycle against what was forecast for it on each of its days. Small and bounded; survives restarts.
#pragma once

#include <date/date.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "core/predictive.h"
#include "core/time.h"

namespace taara {

struct CycleScore {
  Time start;
  std::uint16_t forecasts = 0;
  std::uint16_t inside = 0;  // of them, whose band held the end
  float error = 0;           // mean of |p50 - end| / end
};

struct TrackRecord {
  std::optional<Predictive> today;    // forecast of the day now running
  std::uint64_t days_inside = 0;      // bit 0 is the newest finished day
  unsigned days = 0;                  // how many of the bits count, up to 60
  std::optional<Time> cycle;          // start of the cycle that the next line is about
  std::vector<Predictive> forecasts;  // of its end, one a day, at most 62
  std::vector<CycleScore> cycles;     // newest last, at most 12
  double widening = 1;                // of every band, since the last ones were too narrow

  // Mean error of the middle over the last three finished cycles; absent before the first.
  [[nodiscard]] std::optional<double> error_ratio() const;
  // Share of what was forecast that came out within its band: the last 60 days and the last three cycles. Absent
  // until ten were.
  [[nodiscard]] std::optional<double> coverage_ratio() const;
};

// A day ended. Absent: it isn't known. `next` is the forecast of the one that begins.
void score_day(TrackRecord& record, std::optional<double> used, const std::optional<Predictive>& next);

// The day's forecast of the cycle's end.
void note_cycle_forecast(TrackRecord& record, Time cycle_start, const Predictive& end);
void score_cycle(TrackRecord& record, Time cycle_start, double used);

}  // namespace taara
