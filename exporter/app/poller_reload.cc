// SPDX-License-Identifier: Apache-2.0
// How the poller takes a configuration, the first one included: what is new starts, what is gone stops, what stays
// keeps its session, its book and its pace.
#include <algorithm>
#include <exception>

#include "app/poller_slot.h"

namespace taara {
namespace {

constexpr milliseconds kStagger{250};

// What must be equal for a session with the line to go on.
bool same_way(const Household& a, const Household& b) {
  return a.source == b.source && a.url == b.url && a.ca_file == b.ca_file && a.account == b.account &&
         a.mapping == b.mapping;
}

}  // namespace

void Poller::reload(std::shared_ptr<const Config> config) {
  {
    const std::lock_guard lock(mailbox_mutex_);
    offered_ = std::move(config);
  }
  parts_.http.wake();
}

void Poller::reload_failed() {
  {
    const std::lock_guard lock(mailbox_mutex_);
    offer_refused_ = true;
  }
  parts_.http.wake();
}

void Poller::web_config_taken(bool taken) {
  {
    const std::lock_guard lock(mailbox_mutex_);
    web_config_told_ = taken;
  }
  parts_.http.wake();
}

void Poller::take_reload(Time now, Steady steady) {
  std::shared_ptr<const Config> offered;
  {
    const std::lock_guard lock(mailbox_mutex_);
    offered = std::exchange(offered_, nullptr);
    if (std::exchange(offer_refused_, false)) {
      config_ok_ = false;
      changed_ = true;
    }
    if (const auto told = std::exchange(web_config_told_, std::nullopt)) {
      web_config_ok_ = *told;
      changed_ = true;
    }
  }
  if (!offered) return;

  try {
    put_in_service(offered, now, steady);
  } catch (const std::exception&) {  // no memory; it is offered again
    const std::lock_guard lock(mailbox_mutex_);
    if (!offered_) offered_ = std::move(offered);
    throw;
  }
}

// Where it throws, the households in service stay, each whole; new ones come with the next try.
void Poller::put_in_service(const std::shared_ptr<const Config>& offered, Time now, Steady steady) {
  const bool other_pace = config_ && !(config_->polling == offered->polling);
  config_ = offered;
  config_ok_ = true;
  config_loaded_ = now;
  changed_ = true;
  auto households = config_->households;
  std::sort(households.begin(), households.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::vector<Slot*> staying(households.size());
  std::vector<std::unique_ptr<Slot>> next(households.size());
  for (std::size_t i = 0; i < households.size(); ++i) {
    const auto kept = std::find_if(slots_.begin(), slots_.end(),
                                   [&](const auto& s) { return s->line.household().name == households[i].name; });
    if (kept != slots_.end()) {
      staying[i] = kept->get();
      reconfigure(*staying[i], households[i], other_pace, now, steady);
      continue;
    }
    // Few start at once; many are spread evenly over the interval, and stay so.
    const auto place =
        households.size() <= kFewHouseholds
            ? kStagger * i
            : std::chrono::duration_cast<milliseconds>(config_->polling.interval) * i / households.size();
    next[i] = make_slot(households[i], now, steady + place);
  }
  for (auto& slot : slots_) {
    const auto place = std::find(staying.begin(), staying.end(), slot.get());
    if (place != staying.end()) {
      next[static_cast<std::size_t>(place - staying.begin())] = std::move(slot);
      continue;
    }
    drop_open_request(*slot);
    if (slot->timer) timers_.erase({*slot->timer, slot.get()});
    poll_log_.forget(slot->line.household().name);
  }
  slots_ = std::move(next);
}

void Poller::reconfigure(Slot& slot, const Household& household, bool other_pace, Time now, Steady steady) {
  auto next = std::make_shared<const Household>(household);
  auto source = same_way(slot.line.household(), household) ? nullptr : parts_.make_source(next);
  if (source && slot.request) {  // the open poll asks the old line
    drop_open_request(slot);
    slot.forget_request();
    set_timer(slot, steady + config_->polling.min_interval);
  }
  slot.line.reconfigure(std::move(next), std::move(source));
  if (other_pace && !slot.request)
    set_timer(slot, due_at(slot, slot.line.next_poll(config_->polling, 0.0, now), now, steady));
  slot.stale_view = true;
}

void Poller::drop_open_request(Slot& slot) {
  if (slot.http_id == 0) return;
  parts_.http.cancel(slot.http_id);
  open_.erase(slot.http_id);
  slot.http_id = 0;
}

std::unique_ptr<Poller::Slot> Poller::make_slot(const Household& household, Time now, Steady due) {
  auto remembered = parts_.store.recall(household.name, now);
  if (!remembered)
    parts_.log.write(LogLevel::error, "a household's history can't be read; it starts anew",
                     {{"household", household.name}, {"detail", remembered.error().what}});
  else if (remembered->stored && !remembered->habits.newest && !remembered->habits.hours_until)
    remembered->habits = parts_.learn_anew(household);
  auto in_service = std::make_shared<const Household>(household);
  auto source = parts_.make_source(in_service);
  auto slot = std::make_unique<Slot>(Line(std::move(in_service), std::move(source), parts_.secret_version,
                                          remembered ? std::move(remembered.value()) : Remembered{}, now));
  if (parts_.standby) slot->line.set_kept_answer(parts_.standby(slot->line));
  // The limits towards the line hold across restarts.
  const Time allowed = slot->line.next_poll(config_->polling, 0.0, now);
  set_timer(*slot,
            slot->line.polling_state().last_attempt ? std::max(due, parts_.clock.steady() + (allowed - now)) : due);
  return slot;
}

}  // namespace taara
