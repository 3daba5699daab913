// SPDX-License-Identifier: Apache-2.0
// Says what changed, once: a failure when it begins, changes its kind or lasts another hour, and when it is over.
// A full log has taken more machines down than the faults that it told of.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/ledger.h"
#include "core/line_source.h"
#include "core/polling.h"
#include "io/log.h"

namespace taara {

struct FinishedPoll {
  std::string_view household;
  std::string_view id;  // ties the lines of one poll together
  const PollOutcome& outcome;
  const LedgerChange& change;
  const PollingState& before;
  const PollingState& after;
  bool login_paused = false;
  Time now;
};

class PollLog {
 public:
  explicit PollLog(Log& log) : log_(log) {}
  void tell(const FinishedPoll& poll);
  void forget(const std::string& household) { told_.erase(household); }

 private:
  struct Subject {  // something that can be wrong, and when we last said so
    std::optional<Time> told;
    bool seen = false;  // in the newest poll
  };
  struct Told {
    std::optional<PollError> error;
    std::optional<Time> error_told;
    std::uint64_t untold_failures = 0;
    bool greeted = false;
    std::array<Subject, kFieldNames.size()> fields{};
  };

  void tell_result(const FinishedPoll& poll, Told& told);
  void tell_violations(const FinishedPoll& poll, Told& told);
  void tell_pace(const FinishedPoll& poll);

  Log& log_;
  std::map<std::string, Told, std::less<>> told_;
};

}  // namespace taara
