// SPDX-License-Identifier: Apache-2.0
// How the poller takes a configuration, the first one included: what is new starts, what is gone stops, what stays
// keeps its session, its book and its pace.
#include <algorithm>

#include "app/poller_slot.h"

namespace taara {
namespace {

constexpr milliseconds kStagger{250};

// What must be equal for a session with the line to go on.
bool same_way(const Household& a, const Household& b) {
  return a.source == b.source && a.url == b.url && a.ca_file == b.ca_file && a.account == b.account && a.mapping == b.mapping;
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

  const bool other_pace = config_ && !(config_->polling == offered->polling);
  config_ = std::move(offered);
  config_ok_ = true;
  config_loaded_ = now;
  changed_ = true;
  auto households = config_->households;
  std::sort(households.begin(), households.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::vector<std::unique_ptr<Slot>> old = std::exchange(slots_, {});
  for (std::size_t i = 0; i < households.size(); ++i) {
    const Household& household = households[i];
    const auto kept = std::find_if(old.begin(), old.end(),
                                   [&](const auto& s) { return s && s->line.household().name == household.name; });
    if (kept == old.end()) {
      // Few start at once; many are spread evenly over the interval, and stay so.
      const auto place =
          households.size() <= kFewHouseholds
              ? kStagger * i
              : std::chrono::duration_cast<milliseconds>(config_->polling.interval) * i / households.size();
      slots_.push_back(make_slot(household, now, steady + place));
      continue;
    }
    Slot& slot = **kept;
    auto next = std::make_shared<const Household>(household);
    auto source = same_way(slot.line.household(), household) ? nullptr : parts_.make_source(next);
    if (source && slot.request) {  // the open poll asks the old line
      if (slot.http_id != 0) {
        parts_.http.cancel(slot.http_id);
        open_.erase(slot.http_id);
      }
      slot.forget_request();
      set_timer(slot, steady + config_->polling.min_interval);
    }
    slot.line.reconfigure(std::move(next), std::move(source));
    if (other_pace && !slot.request)
      set_timer(slot, due_at(slot, slot.line.next_poll(config_->polling, 0.0, now), now, steady));
    slot.stale_view = true;
    slots_.push_back(std::move(*kept));
  }
  for (const auto& gone : old) {
    if (!gone) continue;
    if (gone->http_id != 0) {
      parts_.http.cancel(gone->http_id);
      open_.erase(gone->http_id);
    }
    if (gone->timer) timers_.erase({*gone->timer, gone.get()});
    poll_log_.forget(gone->line.household().name);
  }
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
  // The limits towards the line hold across restarts.
  const Time allowed = slot->line.next_poll(config_->polling, 0.0, now);
  set_timer(*slot,
            slot->line.polling_state().last_attempt ? std::max(due, parts_.clock.steady() + (allowed - now)) : due);
  return slot;
}

}  // namespace taara
