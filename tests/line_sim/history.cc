// SPDX-License-Identifier: Apache-2.0
#include "line_sim/history.h"

#include "line_sim/time_text.h"

namespace taara::line_sim {

Result<HistorySpan> parse_history_span(std::string_view from, std::string_view to, std::string_view step) {
  HistorySpan span;
  const Result<Time> first = parse_time(from);
  if (!first) return first.error();
  const Result<Time> last = parse_time(to);
  if (!last) return last.error();
  const Result<seconds> each = parse_duration(step);
  if (!each) return each.error();
  span = {first.value(), last.value(), each.value()};
  if (span.step < seconds{1} || span.to < span.from)
    return Error{Errc::invalid, "a history goes from an earlier time to a later one in steps of 1s or more"};
  if ((span.to - span.from) / span.step > kMaxHistoryRows)
    return Error{Errc::invalid, "that is more than 5000000 rows: choose a longer step"};
  return span;
}

std::string history_rows(const LineSettings& settings, const PlanRules& rules, unsigned household,
                         const HistorySpan& span) {
  const Family family(settings.seed, household);
  Plan plan(family, settings.seed, household, rules, span.from);
  const std::string series = "home-" + std::to_string(household) + ',';
  std::string out;
  for (Time at = span.from; at + span.step <= span.to; at += span.step) {
    const std::int64_t before = plan.consumed();
    plan.advance(family, at + span.step);
    out +=
        series + std::to_string(at.time_since_epoch().count()) + ',' + std::to_string(plan.consumed() - before) + '\n';
  }
  return out;
}

}  // namespace taara::line_sim
