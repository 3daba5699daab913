// SPDX-License-Identifier: Apache-2.0
// One household in service: its source, its book, its pace and its counters. Knows no socket, store, thread or clock;
// the poller carries its requests and hands it the time.
#pragma once

#include <functional>
#include <memory>

#include "core/standing.h"
#include "io/http.h"
#include "io/secret_file.h"
#include "io/store.h"

namespace taara {

struct PollEnd {
  bool answered = false;  // the line did its part, so that the pace stays normal, even where nothing could be booked
  milliseconds took{0};   // logins and retries included
  Pressure pressure;
};

using SecretVersions = std::function<Result<SecretVersion>(const Account&)>;

class Line {
 public:
  Line(std::shared_ptr<const Household> household, std::unique_ptr<LineSource> source, SecretVersions versions,
       Remembered remembered, Time now);

  [[nodiscard]] const Household& household() const { return *household_; }
  // Takes a changed configuration; `source` replaces the old one when the way to the line has changed.
  void reconfigure(std::shared_ptr<const Household> household, std::unique_ptr<LineSource> source);

  // One poll: begin, then resume after each request until an outcome comes, then finish.
  [[nodiscard]] Step begin(Time now);
  [[nodiscard]] Step resume(const HttpRequest& asked, const HttpDone& done, Time now);
  // Books the outcome; the record is what the store must keep.
  [[nodiscard]] PollRecord finish(const PollOutcome& outcome, const PollEnd& end, const Polling& polling, Time now);
  // Goes on for a line that broke in the middle of the poll that `started`; finish() is to end it.
  void take_over(const PollCounters& counters, Time started);
  // A reading that was held while the clock was wrong enters the book at its true time.
  [[nodiscard]] PollRecord finish_held(const Reading& reading);

  [[nodiscard]] Time next_poll(const Polling& polling, double random, Time now);
  [[nodiscard]] std::optional<HttpRequest> log_out() { return source_->log_out(); }
  [[nodiscard]] Pressure pressure(bool machine, Time now) const;
  [[nodiscard]] const PollingState& polling_state() const { return polling_; }
  [[nodiscard]] bool last_poll_usable() const { return last_poll_usable_; }
  [[nodiscard]] bool login_paused() const { return login_paused_; }

  [[nodiscard]] std::shared_ptr<const HouseholdView> view(const Polling& polling, std::optional<Time> next) const;
  // For a standby: what an answer that was kept says now.
  [[nodiscard]] PollOutcome read_again(const std::string& kept, Time answered) const {
    return source_->read_again(kept, answered);
  }
  void set_kept_answer(KeptAnswer answer) { kept_answer_ = answer; }

 private:
  void remember_secret();
  [[nodiscard]] PollRecord book(const Reading& reading);
  void learn_from(PollRecord& record, std::optional<Time> previous);
  void count(const PollOutcome& outcome, milliseconds took);

  std::shared_ptr<const Household> household_;
  std::unique_ptr<LineSource> source_;
  SecretVersions secret_version_of_;
  std::shared_ptr<const LedgerState> book_;
  std::optional<Cycle> last_cycle_;
  std::shared_ptr<const Habits> habits_;    // never null
  std::shared_ptr<const Outlook> outlook_;  // as of the last reading; never null
  PollingState polling_;
  PollCounters counters_;
  std::string plan_;
  std::vector<PlanBalance> plans_;
  bool last_poll_usable_ = false;
  std::vector<Time> usable_readings_;  // of the last 24 hours
  std::vector<Time> reached_polls_;    // of the last 24 hours
  Time watching_since_;
  std::optional<KeptAnswer> kept_answer_;
  std::string secret_version_;
  std::optional<Time> secret_changed_;

  // The poll that is open.
  Time started_;
  bool reached_ = false;
  bool login_paused_ = false;
};

}  // namespace taara
