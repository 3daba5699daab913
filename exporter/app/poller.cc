// SPDX-License-Identifier: Apache-2.0
#include "app/poller.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "app/line_carrier.h"
#include "app/poller_slot.h"

namespace taara {
namespace {

constexpr std::size_t kMaxOpenPolls = 128;  // each is a socket, and the service may open few files
constexpr milliseconds kPublishEvery{250};  // a snapshot of many households isn't made more often
constexpr seconds kStoreRetryEvery{10};
constexpr seconds kPruneEvery{600};
constexpr std::size_t kMaxHeld = 1008;  // a week of readings

std::string poll_id(std::uint64_t number) {
  std::array<char, 16> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr;
  return {text.data(), end};
}

}  // namespace

Poller::Poller(PollerParts parts, std::shared_ptr<const Config> config)
    : parts_(std::move(parts)), poll_log_(parts_.log), random_(parts_.seed), next_poll_id_(random_() & 0xffff'ffffU) {
  reload(std::move(config));
  take_reload(parts_.clock.wall(), parts_.clock.steady());
}

Poller::~Poller() = default;

void Poller::round(milliseconds longest) {
  {
    const Time now = parts_.clock.wall();
    const Steady steady = parts_.clock.steady();
    watch_clock(now, steady);
    take_reload(now, steady);
    start_due(now, steady);
    publish(now, steady);
    longest = wait_for(longest, steady);
  }
  auto finished = parts_.http.step(longest);
  const Time now = parts_.clock.wall();
  const Steady steady = parts_.clock.steady();
  for (HttpDone& done : finished) {
    take(std::move(done), now, steady);
    in_hand_ = nullptr;
  }
  release_held(now, steady);
  if (!to_save_.empty()) {
    parts_.store.save(std::exchange(to_save_, {}));
    store_tried_ = steady;
    changed_ = true;
    if (open_.empty() && slots_.size() <= kFewHouseholds && parts_.rest) parts_.rest();
  } else if (!store_tried_ || steady - *store_tried_ >= kStoreRetryEvery) {
    parts_.store.retry();
    store_tried_ = steady;
    changed_ = true;
  }
  // A clock that is a year ahead would make a year's history old.
  if (!parts_.standby && clock_watch_.trusted() && (!pruned_ || steady - *pruned_ >= kPruneEvery)) {
    parts_.store.prune(now);
    pruned_ = steady;
  }
  publish(now, steady);
  ++turns_;
}

milliseconds Poller::wait_for(milliseconds longest, Steady steady) const {
  std::optional<Steady> next;
  if (!timers_.empty() && open_.size() < kMaxOpenPolls) next = timers_.begin()->first;
  if (changed_ && published_) next = std::min(next.value_or(Steady::max()), *published_ + kPublishEvery);
  if (parts_.store.view().pending_readings > 0)
    next = std::min(next.value_or(Steady::max()), store_tried_.value_or(steady) + kStoreRetryEvery);
  if (!next) return longest;
  // One more millisecond, because a wait that ends just before the timer would spin.
  const auto until = std::chrono::duration_cast<milliseconds>(*next - steady) + milliseconds{1};
  return std::clamp(until, milliseconds{0}, longest);
}

void Poller::watch_clock(Time now, Steady steady) {
  const seconds moved = clock_watch_.look(now, steady);
  if (moved == seconds{0}) return;
  parts_.log.write(LogLevel::warn, "the clock was set; polling keeps its pace", {{"seconds", moved.count()}});
  changed_ = true;
}

void Poller::set_timer(Slot& slot, Steady at) {
  if (parts_.standby) return;  // without a timer nothing is ever due
  if (slot.timer) timers_.erase({*slot.timer, &slot});
  slot.timer = at;
  timers_.emplace(at, &slot);
}

void Poller::start_due(Time now, Steady steady) {
  std::vector<Slot*> ready;
  std::vector<std::string> names;
  while (!timers_.empty() && timers_.begin()->first <= steady && open_.size() + ready.size() < kMaxOpenPolls) {
    Slot& slot = *timers_.begin()->second;
    timers_.erase(timers_.begin());
    slot.timer.reset();
    if (slot.request) {  // the next try of an open poll
      ready.push_back(&slot);
      continue;
    }
    in_hand_ = &slot;
    slot.poll_id = poll_id(next_poll_id_++);
    slot.started = now;
    slot.started_steady = steady;
    slot.attempt = 0;
    Step step = slot.line.begin(now);
    if (auto* request = std::get_if<HttpRequest>(&step)) {
      slot.request = std::move(*request);
      ready.push_back(&slot);
      names.push_back(slot.line.household().name);
    } else {
      finish(slot, std::get<PollOutcome>(step), now, steady);
    }
    in_hand_ = nullptr;
  }
  if (!names.empty()) parts_.store.note_attempts(names, now);
  for (Slot* slot : ready) send(*slot, now);
}

void Poller::send(Slot& slot, Time now) {
  slot.http_id = parts_.http.start(*slot.request, limits_of(slot.line.household(), config_->polling), now);
  open_.emplace(slot.http_id, &slot);
}

void Poller::take(HttpDone done, Time now, Steady steady) {
  const auto found = open_.find(done.id);
  if (found == open_.end()) return;
  Slot& slot = *found->second;
  in_hand_ = &slot;
  open_.erase(found);
  slot.http_id = 0;
  if (const auto* reply = std::get_if<HttpReply>(&done.result); reply != nullptr && reply->date)
    clock_watch_.compare(now, *reply->date);
  if (retry_later(slot, done.result, steady)) return;

  Step step = slot.line.resume(*slot.request, done, now);
  slot.forget_request();
  if (auto* request = std::get_if<HttpRequest>(&step)) {
    slot.request = std::move(*request);
    slot.attempt = 0;
    send(slot, now);
    return;
  }
  finish(slot, std::get<PollOutcome>(step), now, steady);
}

bool Poller::retry_later(Slot& slot, const HttpResult& result, Steady steady) {
  const auto* const failure = std::get_if<HttpFailure>(&result);
  const auto* const reply = std::get_if<HttpReply>(&result);
  // Credentials that the line may have seen aren't sent again by a mere retry.
  if (slot.request->is_login && (failure == nullptr || failure->reached)) return false;
  if (failure != nullptr ? !worth_retrying(failure->kind) : !worth_retrying(reply->status)) return false;
  const auto delay = retry_delay(slot.attempt + 1, std::uniform_real_distribution<>(0, 1)(random_));
  if (!delay || steady + *delay >= slot.started_steady + kPollBudget) return false;
  ++slot.attempt;
  set_timer(slot, steady + *delay);
  return true;
}

// Wall time is cut to seconds, so a wait counted by it could end early. Counted from the poll's own start it can't,
// unless the clock was set meanwhile.
Steady Poller::due_at(const Slot& slot, Time next, Time now, Steady steady) {
  const Steady by_wall = steady + (next - now);
  const Steady by_start = slot.started_steady + (next - slot.started);
  return std::chrono::abs(by_wall - by_start) <= seconds{2} ? std::max(by_start, steady) : by_wall;
}

void Poller::finish(Slot& slot, const PollOutcome& outcome, Time now, Steady steady) {
  const PollingState before = slot.line.polling_state();
  const bool machine = parts_.machine_under_pressure && parts_.machine_under_pressure();
  PollOutcome booked = outcome;
  const bool hold = outcome.reading.usable() && !clock_watch_.plausible();
  if (hold) {  // its time is not known yet; it enters the book when the clock is right
    if (held_.size() == kMaxHeld) held_.pop_front();
    held_.push_back({slot.line.household().name, outcome.reading, steady});
    booked.reading = Reading{};
    booked.reading.time = now;
    booked.reading.error = PollError::stale_data;
    booked.detail = "the machine's clock shows a time before this program existed; the reading waits until it is set";
    booked.raw.clear();
  }
  PollRecord record = slot.line.finish(booked,
                                       {.answered = outcome.reading.usable(),
                                        .took = std::chrono::duration_cast<milliseconds>(steady - slot.started_steady),
                                        .pressure = slot.line.pressure(machine, now)},
                                       config_->polling, now);
  poll_log_.tell({.household = slot.line.household().name,
                  .id = slot.poll_id,
                  .outcome = booked,
                  .change = record.change,
                  .before = before,
                  .after = slot.line.polling_state(),
                  .login_paused = slot.line.login_paused(),
                  .now = now});
  to_save_.push_back(std::move(record));
  const Time next = slot.line.next_poll(config_->polling, std::uniform_real_distribution<>(0, 1)(random_), now);
  set_timer(slot, due_at(slot, next, now, steady));
  slot.stale_view = true;
  changed_ = true;
}

void Poller::release_held(Time now, Steady steady) {
  if (held_.empty() || !clock_watch_.plausible()) return;
  for (Held& held : std::exchange(held_, {})) {
    const auto slot = std::find_if(slots_.begin(), slots_.end(),
                                   [&](const auto& s) { return s->line.household().name == held.household; });
    if (slot == slots_.end()) continue;
    held.reading.time = now - std::chrono::duration_cast<seconds>(steady - held.at);
    in_hand_ = slot->get();
    to_save_.push_back((*slot)->line.finish_held(held.reading));
    in_hand_ = nullptr;
    (*slot)->stale_view = true;
  }
  parts_.log.write(LogLevel::info, "the clock is right now: held readings entered the book at their true times");
}

void Poller::publish(Time now, Steady steady) {
  if (!changed_) return;
  const bool many = slots_.size() > kFewHouseholds;
  if (many && published_ && steady - *published_ < kPublishEvery) return;
  auto next = std::make_shared<Snapshot>();
  next->households.reserve(slots_.size());
  for (const auto& slot : slots_) {
    if (slot->stale_view) {
      std::optional<Time> due;
      if (slot->timer) due = now + std::chrono::duration_cast<seconds>(*slot->timer - steady);
      slot->view = slot->line.view(config_->polling, due);
      slot->stale_view = false;
    }
    next->households.push_back(slot->view);
  }
  next->store = parts_.store.view();
  next->config_ok = config_ok_ && web_config_ok_;
  next->config_loaded = config_loaded_;
  next->clock_trusted = clock_watch_.trusted();
  next->clock_jumps_forward = clock_watch_.jumps_forward();
  next->clock_jumps_backward = clock_watch_.jumps_backward();
  next->ready = true;
  next->config = config_;
  next->health = health_of(*next, *parts_.latest.get(), now);
  parts_.latest.put(std::move(next));
  published_ = steady;
  changed_ = false;
}

void Poller::log_out(milliseconds longest) {
  const Steady deadline = parts_.clock.steady() + longest;
  for (const auto& [id, slot] : open_) parts_.http.cancel(id);
  open_.clear();
  for (const auto& slot : slots_) {
    HttpLimits limits = limits_of(slot->line.household(), config_->polling);
    limits.connect_timeout = limits.timeout = longest;
    if (auto request = slot->line.log_out()) parts_.http.start(*request, limits, parts_.clock.wall());
  }
  while (parts_.http.under_way() > 0) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - parts_.clock.steady());
    if (left <= milliseconds{0}) return;
    (void)parts_.http.step(left);
  }
}

}  // namespace taara
