// SPDX-License-Identifier: Apache-2.0
// The one thread that talks to lines and to the store. It drives any number of households over one Http, paces them by
// the steady clock, and publishes an immutable snapshot. Only the functions marked so may be called by other threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <random>
#include <set>
#include <stop_token>
#include <unordered_map>
#include <utility>

#include "app/latest.h"
#include "app/line.h"
#include "app/poll_log.h"
#include "core/clock_watch.h"

namespace taara {

using SourceFactory = std::function<std::unique_ptr<LineSource>(std::shared_ptr<const Household>)>;

struct PollerParts {  // all outlive the poller
  const Clock& clock;
  Http& http;
  Store& store;
  Log& log;
  Latest<Snapshot>& latest;
  SourceFactory make_source;
  SecretVersions secret_version;
  std::function<Habits(const Household&)> learn_anew;  // from what the store has; for a household without habits
  // Set: this is a standby. No line is asked and nothing is deleted; this says how each line's newest kept answer
  // reads.
  std::function<KeptAnswer(const Line&)> standby;
  std::function<bool()> machine_under_pressure;
  std::function<void()> rest;  // called when nothing is under way, after work
  std::uint64_t seed = 0;      // of the jitter
};

class Poller {
 public:
  Poller(PollerParts parts, std::shared_ptr<const Config> config);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Works until asked to stop, and goes round at least once in `longest_rest`. What is open then is dropped; nothing
  // that was acknowledged is lost.
  void run(const std::stop_token& stop, milliseconds longest_rest);
  // One round: starts what is due, waits at most `longest`, books what has finished. Throws nothing: where memory runs
  // out, open polls end as `internal` in a later round.
  void turn(milliseconds longest);
  // Ends the sessions that lines know of, as far as `longest` allows.
  void log_out(milliseconds longest);

  // From any thread: how often the loop has gone round to its end.
  [[nodiscard]] std::uint64_t turns() const { return turns_; }
  // From any thread: the configuration to go on with, or that the last one offered was refused.
  void reload(std::shared_ptr<const Config> config);
  void reload_failed();
  // From any thread: whether the newest web configuration was taken.
  void web_config_taken(bool taken);

 private:
  struct Slot;
  using Timer = std::pair<Steady, Slot*>;

  void round(milliseconds longest);
  void get_up(Time now, Steady steady);
  void begin_anew(std::unique_ptr<Slot>& slot, Time now, Steady steady);
  void tell_stumble(const char* what) noexcept;
  void watch_clock(Time now, Steady steady);
  void take_reload(Time now, Steady steady);
  void put_in_service(const std::shared_ptr<const Config>& offered, Time now, Steady steady);
  void reconfigure(Slot& slot, const Household& household, bool other_pace, Time now, Steady steady);
  void drop_open_request(Slot& slot);
  std::unique_ptr<Slot> make_slot(const Household& household, Time now, Steady due);
  void set_timer(Slot& slot, Steady at);
  void start_due(Time now, Steady steady);
  void send(Slot& slot, Time now);
  void take(HttpDone done, Time now, Steady steady);
  bool retry_later(Slot& slot, const HttpResult& result, Steady steady);
  [[nodiscard]] static Steady due_at(const Slot& slot, Time next, Time now, Steady steady);
  void finish(Slot& slot, const PollOutcome& outcome, Time now, Steady steady);
  void release_held(Time now, Steady steady);
  void publish(Time now, Steady steady);
  [[nodiscard]] milliseconds wait_for(milliseconds longest, Steady steady) const;

  PollerParts parts_;
  std::shared_ptr<const Config> config_;
  std::vector<std::unique_ptr<Slot>> slots_;  // sorted by name
  std::set<Timer> timers_;
  std::unordered_map<std::uint64_t, Slot*> open_;
  std::vector<PollRecord> to_save_;
  struct Held {
    std::string household;
    Reading reading;
    Steady at;
  };
  std::deque<Held> held_;  // readings taken while the clock was wrong
  PollLog poll_log_;
  ClockWatch clock_watch_;
  std::mt19937_64 random_;
  std::uint64_t next_poll_id_ = 0;
  bool changed_ = true;
  std::optional<Steady> published_;
  std::optional<Steady> store_tried_, pruned_;
  std::optional<Time> config_loaded_;
  bool config_ok_ = true;
  bool web_config_ok_ = true;

  std::atomic<std::uint64_t> turns_{0};
  Slot* in_hand_ = nullptr;  // whose line is being changed
  bool stumbled_ = false;    // the last round broke off
  bool stumble_told_ = false;
  std::mutex rest_mutex_;
  std::condition_variable_any resting_;

  std::mutex mailbox_mutex_;
  std::shared_ptr<const Config> offered_;
  bool offer_refused_ = false;
  std::optional<bool> web_config_told_;
};

}  // namespace taara
