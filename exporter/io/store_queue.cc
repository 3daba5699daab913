// SPDX-License-Identifier: Apache-2.0
#include "io/store_queue.h"

#include <algorithm>
#include <utility>

namespace taara {
namespace {

std::size_t size_of(const WaitingPoll& poll) {
  std::size_t size = sizeof(WaitingPoll) + poll.household.size() + poll.raw.size() + poll.reading.plan.size();
  for (const PlanBalance& plan : poll.reading.plans) size += sizeof(PlanBalance) + plan.plan.size();
  for (const Violation& violation : poll.change.violations) size += sizeof(Violation) + violation.detail.size();
  return size + poll.change.hours.size() * sizeof(Hour) + poll.change.days.size() * sizeof(Day) +
         poll.change.events.size() * sizeof(MeterEvent);
}

}  // namespace

void SaveQueue::push(WaitingPoll poll) {
  const std::string household = poll.household;
  bytes_ += size_of(poll);
  polls_.push_back(std::move(poll));
  if (++count_[household] > limits_.per_household) {
    const auto oldest =
        std::find_if(polls_.begin(), polls_.end(), [&](const auto& one) { return one.household == household; });
    drop(static_cast<std::size_t>(oldest - polls_.begin()));
  }
  for (; bytes_ > limits_.bytes && without_raw_ < polls_.size(); ++without_raw_) {
    bytes_ -= polls_[without_raw_].raw.size();
    polls_[without_raw_].raw = std::string();
  }
  while (bytes_ > limits_.bytes && polls_.size() > 1) drop(0);
}

bool SaveQueue::push_would_drop(const std::string& household) const {
  const auto count = count_.find(household);
  return bytes_ >= limits_.bytes || (count != count_.end() && count->second >= limits_.per_household);
}

const Cycle* SaveQueue::last_ended_cycle(const std::string& household) const {
  const auto waits = std::find_if(polls_.rbegin(), polls_.rend(), [&](const WaitingPoll& poll) {
    return poll.household == household && poll.change.ended_cycle;
  });
  if (waits != polls_.rend()) return &*waits->change.ended_cycle;
  const auto dropped = totals_.find(household);
  if (dropped == totals_.end() || dropped->second.ended_cycles.empty()) return nullptr;
  return &dropped->second.ended_cycles.back();
}

void SaveQueue::drop(std::size_t index) {
  const auto poll = polls_.begin() + static_cast<std::ptrdiff_t>(index);
  Totals& totals = totals_[poll->household];
  // Later totals of the same hour or day replace earlier ones, which also bounds what is kept.
  for (const Hour& hour : poll->change.hours) {
    std::erase_if(totals.hours, [&](const Hour& one) { return one.start == hour.start; });
    totals.hours.push_back(hour);
  }
  for (const Day& day : poll->change.days) {
    std::erase_if(totals.days, [&](const Day& one) { return one.date == day.date; });
    totals.days.push_back(day);
  }
  if (poll->change.ended_cycle) totals.ended_cycles.push_back(*poll->change.ended_cycle);

  bytes_ -= size_of(*poll);
  const auto count = count_.find(poll->household);
  if (--count->second == 0) count_.erase(count);
  if (index < without_raw_) --without_raw_;
  polls_.erase(poll);
  ++dropped_;
}

void SaveQueue::clear() {
  // Also gives the memory back.
  std::deque<WaitingPoll>().swap(polls_);
  count_.clear();
  totals_.clear();
  bytes_ = 0;
  without_raw_ = 0;
}

}  // namespace taara
