// SPDX-License-Identifier: Apache-2.0
#include "app/line.h"

#include <algorithm>
#include <utility>

#include "core/learning.h"

namespace taara {
namespace {

constexpr std::chrono::hours kDay{24};

// Times that a clock set back has left in the future count as now: they must neither last for ever nor be forgotten.
void keep_last_day(std::vector<Time>& times, Time now) {
  std::erase_if(times, [&](Time t) { return t <= now - kDay; });
  for (Time& t : times) t = std::min(t, now);
}

}  // namespace

Line::Line(std::shared_ptr<const Household> household, std::unique_ptr<LineSource> source, SecretVersions versions,
           Remembered remembered, Time now)
    : household_(std::move(household)),
      source_(std::move(source)),
      secret_version_of_(std::move(versions)),
      book_(std::make_shared<const LedgerState>(std::move(remembered.book))),
      last_cycle_(remembered.last_cycle),
      habits_(std::make_shared<const Habits>(std::move(remembered.habits))),
      outlook_(std::make_shared<const Outlook>(look_ahead(position_of(*book_, *household_), *habits_))),
      polling_(std::move(remembered.polling)),
      plan_(std::move(remembered.plan)),
      plans_(std::move(remembered.plans)),
      last_poll_usable_(remembered.last_usable),
      watching_since_(now) {
  for (const PastPoll& poll : remembered.last_day) {
    if (poll.usable) usable_readings_.push_back(poll.started);
    if (poll.reached) reached_polls_.push_back(poll.started);
    watching_since_ = std::min(watching_since_, poll.started);
  }
  remember_secret();
}

void Line::reconfigure(std::shared_ptr<const Household> household, std::unique_ptr<LineSource> source) {
  household_ = std::move(household);
  if (source) source_ = std::move(source);
  remember_secret();
}

void Line::remember_secret() {
  const auto version = secret_version_of_(household_->account);
  // A secret that can't be looked at keeps its last version: the login itself will say what is wrong.
  if (!version) return;
  secret_version_ = version->id;
  secret_changed_ = version->changed;
}

Step Line::begin(Time now) {
  started_ = now;
  reached_ = false;
  remember_secret();
  const bool may = may_log_in(polling_, household_->source, secret_version_, now);
  Step step = source_->begin(now, may);
  login_paused_ = !may && std::holds_alternative<PollOutcome>(step);
  return step;
}

Step Line::resume(const HttpRequest& asked, const HttpDone& done, Time now) {
  counters_.bytes_sent += done.bytes_sent;
  counters_.bytes_received += done.bytes_received;
  const auto* const failure = std::get_if<HttpFailure>(&done.result);
  reached_ = reached_ || failure == nullptr || failure->reached;
  Step step = source_->resume(done.result, now);
  if (asked.is_login) {
    const auto* const outcome = std::get_if<PollOutcome>(&step);
    const auto* const reply = std::get_if<HttpReply>(&done.result);
    if (outcome != nullptr && outcome->login_rejected)
      ++counters_.logins_rejected;
    else if (reply == nullptr || reply->status >= 300 || outcome != nullptr)
      ++counters_.logins_failed;
    else
      ++counters_.logins_ok;
  }
  return step;
}

PollRecord Line::book(const Reading& reading) {
  auto next = std::make_shared<LedgerState>(*book_);
  PollRecord record;
  record.household = household_->name;
  record.reading = reading;
  record.change = apply(*next, reading, *household_);
  record.accepted = record.change.accepted;
  record.book = *next;
  const std::optional<Time> previous = book_->last ? std::optional(book_->last->time) : std::nullopt;
  book_ = std::move(next);
  if (record.change.ended_cycle) last_cycle_ = record.change.ended_cycle;
  if (record.accepted) learn_from(record, previous);
  for (const MeterEvent event : record.change.events) ++counters_.meter_events.at(static_cast<std::size_t>(event));
  for (const Violation& v : record.change.violations) ++counters_.violations.at(static_cast<std::size_t>(v.field));
  if (reading.usable()) {
    usable_readings_.push_back(reading.time);
    if (!reading.plan.empty()) plan_ = reading.plan;
    plans_ = reading.plans;
  }
  return record;
}

void Line::learn_from(PollRecord& record, std::optional<Time> previous) {
  auto habits = std::make_shared<Habits>(*habits_);
  if (learn(*habits, *book_, record.change, previous, *household_)) {
    habits_ = std::move(habits);
    record.habits = habits_;
  }
  outlook_ = std::make_shared<const Outlook>(look_ahead(position_of(*book_, *household_), *habits_));
}

void Line::count(const PollOutcome& outcome, milliseconds took) {
  const Reading& reading = outcome.reading;
  ++counters_.polls.at(static_cast<std::size_t>(reading.status));
  if (reading.error) ++counters_.errors.at(static_cast<std::size_t>(*reading.error));
  for (const Violation& v : outcome.violations) ++counters_.violations.at(static_cast<std::size_t>(v.field));
  if (!reached_) return;
  const double duration = std::chrono::duration<double>(took).count();
  const auto bucket = std::lower_bound(kPollDurationBounds.begin(), kPollDurationBounds.end(), duration);
  ++counters_.duration_buckets.at(static_cast<std::size_t>(bucket - kPollDurationBounds.begin()));
  counters_.duration_sum_seconds += duration;
}

PollRecord Line::finish(const PollOutcome& outcome, const PollEnd& end, const Polling& polling, Time now) {
  count(outcome, end.took);
  PollRecord record = book(outcome.reading);
  last_poll_usable_ = outcome.reading.usable();
  if (reached_) reached_polls_.push_back(started_);
  keep_last_day(reached_polls_, now);
  keep_last_day(usable_readings_, now);
  watching_since_ = std::min(std::max(watching_since_, now - kDay), now);
  const PollSummary summary{.usable = end.answered,
                            .error = outcome.reading.error,
                            .reached = reached_,
                            .retry_after = outcome.retry_after,
                            .login_rejected = outcome.login_rejected,
                            .secret_version = secret_version_,
                            .took = std::chrono::ceil<seconds>(end.took)};
  polling_ = after_poll(polling_, summary, started_, end.pressure, polling);
  record.started = started_;
  record.reached = reached_;
  record.raw = outcome.raw;
  record.polling = polling_;
  return record;
}

void Line::take_over(const PollCounters& counters, Time started) {
  counters_ = counters;
  started_ = started;
  reached_ = true;  // it may have been: the limits towards the line come first
}

PollRecord Line::finish_held(const Reading& reading) {
  PollRecord record = book(reading);
  last_poll_usable_ = true;
  record.started = reading.time;
  record.reached = false;  // its poll has been counted already
  record.polling = polling_;
  return record;
}

Time Line::next_poll(const Polling& polling, double random, Time now) {
  const Time next = taara::next_poll(polling_, reached_polls_, polling, random, now);
  // While logins are paused nothing reaches the line; looking for a new secret once an interval is enough.
  return login_paused_ ? std::max(next, now + interval_of(polling_.mode, polling)) : next;
}

Pressure Line::pressure(bool machine, Time now) const {
  constexpr int kTenth = 10;
  const Standing standing = stand(*book_, *household_, now);
  const bool little_left =
      standing.remaining && standing.allocation && standing.remaining->count < standing.allocation->count / kTenth;
  return {.machine = machine, .nearly_used_up = little_left};
}

std::shared_ptr<const HouseholdView> Line::view(const Polling& polling, std::optional<Time> next) const {
  return std::make_shared<const HouseholdView>(HouseholdView{.household = household_,
                                                             .book = book_,
                                                             .last_cycle = last_cycle_,
                                                             .habits = habits_,
                                                             .outlook = outlook_,
                                                             .polling = polling_,
                                                             .counters = counters_,
                                                             .last_poll_usable = last_poll_usable_,
                                                             .plan = plan_,
                                                             .plans = plans_,
                                                             .next_poll = next,
                                                             .poll_interval = interval_of(polling_.mode, polling),
                                                             .secret_changed = secret_changed_,
                                                             .usable_readings = usable_readings_,
                                                             .watching_since = watching_since_,
                                                             .kept_answer = kept_answer_});
}

}  // namespace taara
