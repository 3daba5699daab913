// SPDX-License-Identifier: Apache-2.0
// What the poller does when a round throws, as it does where memory has run out: what was being changed is not trusted
// any more and begun anew from the store, as after a restart; the rest goes on as if nothing had been.
#include <algorithm>
#include <exception>

#include "app/poller_slot.h"

namespace taara {
namespace {

constexpr seconds kRest{1};  // memory that is gone does not come back by asking at once

}  // namespace

void Poller::run(const std::stop_token& stop, milliseconds longest_rest) {
  const std::stop_callback wake(stop, [this] { parts_.http.wake(); });
  while (!stop.stop_requested()) {
    turn(std::min(longest_rest, kLongestWait));
    if (!stumbled_) continue;
    std::unique_lock lock(rest_mutex_);
    resting_.wait_for(lock, stop, kRest, [] { return false; });
  }
}

void Poller::turn(milliseconds longest) {
  try {
    if (stumbled_) get_up(parts_.clock.wall(), parts_.clock.steady());
    round(longest);
  } catch (const std::exception& error) {
    stumbled_ = true;
    tell_stumble(error.what());
  }
}

void Poller::tell_stumble(const char* what) noexcept {
  if (stumble_told_) return;
  try {
    parts_.log.write(LogLevel::error, "a round of polling broke off; it goes on from what is stored",
                     {{"detail", what}});
    stumble_told_ = true;
  } catch (const std::exception&) {
    return;  // not even memory for a line; the next try may have it
  }
}

// Every step may throw again; what it has done by then stays done, and the next turn goes on with the rest.
void Poller::get_up(Time now, Steady steady) {
  parts_.store.save(std::exchange(to_save_, {}));
  for (const auto& [id, slot] : open_) parts_.http.cancel(id);
  open_.clear();
  timers_.clear();  // it may name a slot that never came into service
  for (const auto& slot : slots_)
    if (slot->timer) timers_.emplace(*slot->timer, slot.get());
  for (auto& slot : slots_)
    if (slot->request || (!slot->timer && !parts_.standby) || slot.get() == in_hand_) begin_anew(slot, now, steady);
  in_hand_ = nullptr;
  stumbled_ = stumble_told_ = false;
  parts_.log.write(LogLevel::info, "polling goes on");
}

void Poller::begin_anew(std::unique_ptr<Slot>& slot, Time now, Steady steady) {
  auto fresh = make_slot(slot->line.household(), now, steady + config_->polling.min_interval);
  fresh->started = slot->started;
  fresh->started_steady = slot->started_steady;
  fresh->poll_id = slot->poll_id;
  fresh->line.take_over(slot->view ? slot->view->counters : PollCounters{}, slot->started);
  if (slot->timer) timers_.erase({*slot->timer, slot.get()});
  slot->forget_request();
  if (in_hand_ == slot.get()) in_hand_ = fresh.get();
  slot.swap(fresh);

  PollOutcome broken;
  broken.reading.time = now;
  broken.reading.error = PollError::internal;
  broken.detail = "this machine had no memory left, or met a fault of ours";
  finish(*slot, broken, now, steady);
}

}  // namespace taara
