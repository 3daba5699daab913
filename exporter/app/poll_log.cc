// SPDX-License-Identifier: Apache-2.0
#include "app/poll_log.h"

namespace taara {
namespace {

constexpr std::chrono::hours kRemindAfter{1};

bool due(const std::optional<Time>& told, Time now) { return !told || now - *told >= kRemindAfter || now < *told; }

std::string_view advice(const FinishedPoll& poll) {
  if (poll.login_paused)
    return "the credentials were refused: put the right ones into the secret file, the next poll takes them";
  if (poll.outcome.login_rejected)
    return "check the account and its secret file; logins now pause, to keep it unlocked";
  return "";
}

}  // namespace

void PollLog::tell(const FinishedPoll& poll) {
  Told& told = told_.try_emplace(std::string(poll.household)).first->second;
  tell_result(poll, told);
  tell_violations(poll, told);
  for (const MeterEvent event : poll.change.events)
    log_.write(LogLevel::info, "the meter changed otherwise than by use",
               {{"household", poll.household}, {"poll", poll.id}, {"event", name_of(kMeterEventNames, event)}});
  tell_pace(poll);
}

void PollLog::tell_result(const FinishedPoll& poll, Told& told) {
  const Reading& reading = poll.outcome.reading;
  log_.write(LogLevel::debug, "poll finished",
             {{"household", poll.household},
              {"poll", poll.id},
              {"status", name_of(kReadingStatusNames, reading.status)},
              {"ms", reading.response_time.count()}});
  if (!reading.error) {
    if (told.error)
      log_.write(LogLevel::info, "the line answers again",
                 {{"household", poll.household}, {"poll", poll.id}, {"was", name_of(kPollErrorNames, *told.error)}});
    else if (!told.greeted)
      log_.write(LogLevel::info, "the line answers", {{"household", poll.household}, {"poll", poll.id}});
    told.greeted = true;
    told.error.reset();
    told.untold_failures = 0;
    return;
  }
  if (told.error == reading.error && !due(told.error_told, poll.now)) {
    ++told.untold_failures;
    return;
  }
  log_.write(LogLevel::warn, "the line could not be read",
             {{"household", poll.household},
              {"poll", poll.id},
              {"kind", name_of(kPollErrorNames, *reading.error)},
              {"detail", poll.outcome.detail},
              {"advice", advice(poll)},
              {"not_told", static_cast<std::int64_t>(told.untold_failures)}});
  told.error = reading.error;
  told.error_told = poll.now;
  told.untold_failures = 0;
}

void PollLog::tell_violations(const FinishedPoll& poll, Told& told) {
  for (Subject& subject : told.fields) subject.seen = false;
  const auto tell_one = [&](const Violation& violation) {
    Subject& subject = told.fields.at(static_cast<std::size_t>(violation.field));
    const bool first_in_poll = !subject.seen;
    subject.seen = true;
    if (!first_in_poll || !due(subject.told, poll.now)) return;
    subject.told = poll.now;
    log_.write(LogLevel::warn, "the line answered something unexpected",
               {{"household", poll.household},
                {"poll", poll.id},
                {"field", name_of(kFieldNames, violation.field)},
                {"detail", violation.detail}});
  };
  for (const Violation& violation : poll.outcome.violations) tell_one(violation);
  for (const Violation& violation : poll.change.violations) tell_one(violation);
  // Only a poll that could have shown the surprise again proves that it is over.
  if (!poll.outcome.reading.usable()) return;
  for (Subject& subject : told.fields)
    if (!subject.seen) subject.told.reset();
}

void PollLog::tell_pace(const FinishedPoll& poll) {
  if (poll.before.mode != poll.after.mode)
    log_.write(LogLevel::info, "polling changes its pace",
               {{"household", poll.household},
                {"from", name_of(kPollingModeNames, poll.before.mode)},
                {"to", name_of(kPollingModeNames, poll.after.mode)}});
  if (poll.before.breaker_open != poll.after.breaker_open)
    log_.write(LogLevel::info,
               poll.after.breaker_open ? "too many failures in a row: single trials only" : "polling goes on normally",
               {{"household", poll.household}});
}

}  // namespace taara
