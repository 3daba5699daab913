// SPDX-License-Identifier: Apache-2.0
#include "core/usage_steps.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/calendar.h"

namespace taara {
namespace {

using std::chrono::hours;

constexpr seconds kHour = hours{1};
constexpr seconds kShortestDay = hours{23};
constexpr seconds kDay = hours{24};
constexpr seconds kLongestDay = hours{25};

bool is_day(seconds step) { return step >= kShortestDay && step <= kLongestDay; }
bool same(seconds a, seconds b) { return a == b || (is_day(a) && is_day(b)); }

// What surely fits: nobody counts by other steps than these unless the rows show it.
seconds plain_step(seconds distance) {
  if (distance >= kShortestDay) return kDay;
  return std::min(distance, kHour);
}

class Steps {
 public:
  Steps(std::span<const Time> starts, const date::time_zone& zone) : starts_(starts), zone_(zone) {
    for (std::size_t i = 1; i < starts.size(); ++i) distances_.push_back(starts[i] - starts[i - 1]);
    if (!distances_.empty()) least_ = *std::min_element(distances_.begin(), distances_.end());
    find_nearest();
  }

  [[nodiscard]] Time end_of(std::size_t row) const {
    const bool last = row == distances_.size();
    if (!last && is_even(row)) return starts_[row + 1];
    seconds room = last ? seconds::max() : distances_[row];
    if (row > 0) room = std::min(room, distances_[row - 1]);
    if (distances_.empty()) return is_midnight(starts_[row]) ? day_end(starts_[row]) : starts_[row] + kHour;
    seconds step = nearest_[row].value_or(plain_step(least_));
    if (step > room && !(is_day(step) && is_day(room))) step = plain_step(room);
    const Time end = is_day(step) ? day_end(starts_[row]) : starts_[row] + step;
    return last ? end : std::min(end, starts_[row + 1]);
  }

 private:
  // Whether the distance after row `i` is a step and no gap.
  [[nodiscard]] bool is_even(std::size_t i) const {
    const seconds step = distances_[i];
    const bool possible = step <= kHour || is_day(step) || (step == least_ && step < kShortestDay);
    return possible &&
           ((i > 0 && same(step, distances_[i - 1])) || (i + 1 < distances_.size() && same(step, distances_[i + 1])));
  }

  // Of each row the step of the nearest even rows, the earlier ones where two are as near.
  void find_nearest() {
    nearest_.resize(starts_.size());
    std::vector<std::size_t> away(starts_.size(), starts_.size());
    constexpr std::size_t kNone = SIZE_MAX;
    std::size_t even = kNone;
    for (std::size_t row = 0; row < starts_.size(); ++row) {
      if (row > 0 && is_even(row - 1)) even = row - 1;
      if (even == kNone) continue;
      nearest_[row] = distances_[even];
      away[row] = row - 1 - even;
    }
    even = kNone;
    for (std::size_t row = distances_.size(); row-- > 0;) {
      if (is_even(row)) even = row;
      if (even != kNone && even - row < away[row]) nearest_[row] = distances_[even];
    }
  }

  [[nodiscard]] bool is_midnight(Time time) const { return local_day(zone_, time).start == time; }
  [[nodiscard]] Time day_end(Time start) const {
    return is_midnight(start) ? local_day(zone_, start).end : start + kDay;
  }

  std::span<const Time> starts_;
  const date::time_zone& zone_;
  std::vector<seconds> distances_;  // [i] from row i to the next
  seconds least_{0};
  std::vector<std::optional<seconds>> nearest_;
};

}  // namespace

std::vector<Time> ends_of(std::span<const Time> starts, const date::time_zone& zone) {
  const Steps steps(starts, zone);
  std::vector<Time> ends;
  ends.reserve(starts.size());
  for (std::size_t row = 0; row < starts.size(); ++row) ends.push_back(steps.end_of(row));
  return ends;
}

std::vector<Time> ends_by(std::span<const Time> starts, const date::time_zone& zone, Time until) {
  const auto begun = std::lower_bound(starts.begin(), starts.end(), until) - starts.begin();
  // A last row's step is never longer than the distance before it, so this takes a few rounds at most.
  for (auto rows = starts.first(static_cast<std::size_t>(begun)); !rows.empty(); rows = rows.first(rows.size() - 1)) {
    std::vector<Time> ends = ends_of(rows, zone);
    if (ends.back() <= until) return ends;
  }
  return {};
}

}  // namespace taara
