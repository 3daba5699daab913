// SPDX-License-Identifier: Apache-2.0
#include "io/store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "io/store_link.h"
#include "io/store_queue.h"
#include "io/store_text.h"

namespace taara {
namespace {

enum Op : std::size_t { kOpen, kRead, kWrite, kRetention };

constexpr std::chrono::hours kRateLimitWindow{24};

WaitingPoll waiting_poll(PollRecord&& record) {
  return {
      std::move(record.household), record.started,          std::move(record.reading), record.accepted, record.reached,
      std::move(record.raw),       std::move(record.change)};
}

SavedState saved_state(const PollRecord& record) {
  SavedState state;
  state.saved = std::max(record.started, record.polling.last_attempt.value_or(record.started));
  state.last_usable = record.reading.usable();
  if (record.reading.usable()) {
    state.plan = record.reading.plan;
    state.plans = plans_text(record.reading.plans);
  }
  state.polling = polling_text(record.polling);
  state.book = book_text(record.book);
  return state;
}

}  // namespace

struct Store::State {
  State(const StoreConfig& kept, Time started, StoreNotice told)
      : config(kept), notice(std::move(told)), now(started), link(kept.path, notice) {}

  StoreConfig config;
  StoreNotice notice;
  Time now;  // the newest moment that we were told
  StoreLink link;
  SaveQueue queue{QueueLimits{}};
  std::map<std::string, SavedState, std::less<>> newest;  // of every household, for a file that is lost while we run
  std::map<std::string, std::shared_ptr<const Habits>, std::less<>> habits;  // likewise
  std::set<std::string> unsaved_habits;
  bool writable = true;
  std::array<std::uint64_t, kStoreOpNames.size()> errors{};

  void failed(const Error& error);
  [[nodiscard]] bool transact(Op op, const StoreLink::Body& body);
  [[nodiscard]] Result<std::int64_t> write_queue(StoreRows& rows);
  void write(const std::vector<std::string>& attempts, Time started);
  void flush();
  void use_state(const SavedState& state, Remembered& found);
  [[nodiscard]] Result<void> recall_stored(StoreRows& rows, const std::string& household, Remembered& found,
                                           std::map<Time, PastPoll>& polls);
  [[nodiscard]] Result<void> recall_anyhow(const std::string& household, Remembered& found,
                                           std::map<Time, PastPoll>& polls);
};

void Store::State::failed(const Error& error) {
  if (!writable) return;
  writable = false;
  notice(LogLevel::error, "store cannot be written; readings wait in memory", error.what);
}

bool Store::State::transact(Op op, const StoreLink::Body& body) {
  const auto outcome = link.transact(now, body);
  errors.at(op) += outcome.failed_bodies;
  if (!outcome.opened) ++errors[kOpen];
  if (outcome.error) failed(*outcome.error);
  return !outcome.error;
}

Result<std::int64_t> Store::State::write_queue(StoreRows& rows) {
  std::set<std::string_view> households;
  for (const auto& [household, totals] : queue.totals_of_dropped()) {
    households.insert(household);
    if (auto done = rows.save_totals(household, totals); !done) return done.error();
  }
  std::int64_t added = 0;
  for (const WaitingPoll& poll : queue.polls()) {
    households.insert(poll.household);
    auto is_new = rows.save_poll(poll);
    if (!is_new) return is_new.error();
    if (*is_new) ++added;
  }
  if (link.states_are_old()) {
    for (const auto& [household, state] : newest) households.insert(household);
  }
  for (const std::string_view household : households) {
    const auto state = newest.find(household);
    if (state == newest.end()) continue;
    if (auto done = rows.save_state(state->first, state->second); !done) return done.error();
    const auto learned = habits.find(household);
    if (learned == habits.end() || !(link.states_are_old() || unsaved_habits.contains(learned->first))) continue;
    if (auto done = rows.save_habits(learned->first, *learned->second); !done) return done.error();
  }
  if (added > 0) {
    if (auto done = rows.count_readings(added); !done) return done.error();
  }
  return added;
}

void Store::State::write(const std::vector<std::string>& attempts, Time started) {
  std::int64_t added = 0;
  const bool saved = transact(kWrite, [&](Session& open) -> Result<void> {
    for (const std::string& household : attempts) {
      if (auto done = open.rows->note_attempt(household, started); !done) return done;
    }
    auto written = write_queue(*open.rows);
    if (!written) return written.error();
    added = *written;
    return {};
  });
  if (!saved) return;
  link.add_readings(added);
  link.states_are_written();
  unsaved_habits.clear();
  if (!writable) {
    writable = true;
    notice(LogLevel::info, "store writable again",
           std::to_string(queue.polls().size()) + " readings that waited are saved");
  }
  queue.clear();
}

void Store::State::flush() {
  if (!queue.empty()) write({}, now);
}

void Store::State::use_state(const SavedState& state, Remembered& found) {
  auto book = read_book(state.book);
  auto polling = read_polling(state.polling);
  auto plans = read_plans(state.plans.value_or("[]"));
  if (!book || !polling || !plans) {
    ++errors[kRead];
    notice(LogLevel::error, "a household's saved state makes no sense and is not used", link.paths().database);
    return;
  }
  found.book = std::move(*book);
  found.polling = std::move(*polling);
  found.plans = std::move(*plans);
  found.plan = state.plan.value_or("");
  found.last_usable = state.last_usable;
}

Result<void> Store::State::recall_stored(StoreRows& rows, const std::string& household, Remembered& found,
                                         std::map<Time, PastPoll>& polls) {
  auto state = rows.state(household);
  if (!state && state.error().code != Errc::invalid) return state.error();
  if (!state) {
    ++errors[kRead];
    notice(LogLevel::error, "a household's saved state is damaged; its book starts anew", state.error().what);
  } else if (*state) {
    use_state(**state, found);
    newest.try_emplace(household, std::move(**state));
  }
  auto known = rows.knows(household);
  if (!known) return known.error();
  found.stored = *known;
  auto learned = rows.habits(household);
  if (!learned && learned.error().code != Errc::invalid) return learned.error();
  if (!learned) {
    ++errors[kRead];
    notice(LogLevel::error, "what was learned of a household is damaged; it is learned anew", learned.error().what);
  } else if (*learned) {
    found.habits = std::move(**learned);
  }
  const std::optional<Time> began = found.book.cycle ? std::optional(found.book.cycle->start) : std::nullopt;
  auto last_cycle = rows.last_cycle(household, began);
  if (!last_cycle) return last_cycle.error();
  found.last_cycle = *last_cycle;
  // A clock that went back may have left polls in the future; these have been made too.
  auto past = rows.polls(household, now - kRateLimitWindow, now + kRateLimitWindow);
  if (!past) return past.error();
  polls = std::move(*past);
  return {};
}

// With the open database, or, while that cannot be written, from the file as it is.
Result<void> Store::State::recall_anyhow(const std::string& household, Remembered& found,
                                         std::map<Time, PastPoll>& polls) {
  for (int round = 0; round < 2; ++round) {
    auto open = link.session(now);
    if (!open) {
      if (writable) ++errors[kOpen];
      failed(open.error());
      break;
    }
    auto done = recall_stored(*(*open)->rows, household, found, polls);
    if (done || done.error().code != Errc::corrupt) return done;
    ++errors[kRead];
    link.distrust();
  }
  const std::string& path = link.paths().database;
  const auto file = identify(path);
  if (!file || file->size == 0) return {};
  auto look = Connection::open(path, Connection::Mode::look);
  if (!look) return look.error();
  auto rows = StoreRows::prepare(*look);
  if (!rows) return rows.error();
  return recall_stored(*rows, household, found, polls);
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}

Store::~Store() {
  state_->flush();
  if (state_->queue.empty()) return;
  state_->notice(LogLevel::error, "store could not be written before the end",
                 std::to_string(state_->queue.polls().size()) + " readings are lost");
}

Result<std::unique_ptr<Store>> Store::open(const StoreConfig& config, Time now, StoreNotice notice) {
  auto state = std::make_unique<State>(config, now, std::move(notice));
  auto there = state->link.prepare();
  if (!there) return there.error();
  if (auto session = state->link.session(now); !session) {
    if (!*there || session.error().code == Errc::newer_schema) return session.error();
    ++state->errors[kOpen];
    state->failed(session.error());
  }
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Result<Remembered> Store::recall(const std::string& household, Time now) {
  state_->now = now;
  Remembered found;
  std::map<Time, PastPoll> polls;
  if (auto done = state_->recall_anyhow(household, found, polls); !done) {
    ++state_->errors[kRead];
    return done.error();
  }
  bool waits = false;
  for (const WaitingPoll& poll : state_->queue.polls()) {
    if (poll.household != household) continue;
    waits = true;
    if (poll.started > now - kRateLimitWindow) {
      polls[poll.started] = {poll.started, poll.reading.usable(), poll.reached};
    }
  }
  if (const Cycle* ended = state_->queue.last_ended_cycle(household)) found.last_cycle = *ended;
  if (waits) state_->use_state(state_->newest.at(household), found);
  for (const auto& [started, poll] : polls) found.last_day.push_back(poll);
  // An attempt that has no answer: the daemon was killed in between.
  if (!polls.empty() && (!found.polling.last_attempt || polls.rbegin()->first > *found.polling.last_attempt)) {
    found.polling.last_attempt = polls.rbegin()->first;
    found.polling.last_reached = polls.rbegin()->second.reached;
  }
  return found;
}

void Store::note_attempts(const std::vector<std::string>& households, Time started) {
  state_->now = started;
  if (!households.empty()) state_->write(households, started);
}

void Store::save(std::vector<PollRecord> records) {
  for (PollRecord& record : records) {
    SavedState state = saved_state(record);
    SavedState& newest = state_->newest[record.household];
    if (!state.plan) state.plan = std::move(newest.plan);
    if (!state.plans) state.plans = std::move(newest.plans);
    newest = std::move(state);
    if (record.habits) {
      state_->habits[record.household] = record.habits;
      state_->unsaved_habits.insert(record.household);
    }
    WaitingPoll poll = waiting_poll(std::move(record));
    state_->now = std::max(state_->now, poll.started);
    // More at once than may wait: not lost as long as the disk takes it.
    if (state_->writable && state_->queue.push_would_drop(poll.household)) state_->flush();
    state_->queue.push(std::move(poll));
  }
  state_->flush();
}

void Store::retry() { state_->flush(); }

void Store::prune(Time now) {
  state_->now = now;
  if (!state_->writable) return;
  std::int64_t readings = 0;
  const bool done = state_->transact(kRetention, [&](Session& open) -> Result<void> {
    auto deleted = open.retention->step(state_->config, now);
    if (!deleted) return deleted.error();
    readings = *deleted;
    return readings > 0 ? open.rows->count_readings(-readings) : Result<void>{};
  });
  if (done) state_->link.add_readings(-readings);
}

StoreView Store::view() const {
  StoreView view;
  view.writable = state_->writable;
  view.pending_readings = state_->queue.polls().size();
  view.dropped_readings = state_->queue.dropped();
  view.errors = state_->errors;
  view.errors[kOpen] += state_->link.files_lost();
  view.readings = state_->link.readings();
  view.salvages = state_->link.salvages();
  view.created = state_->link.created();
  const std::string& path = state_->link.paths().database;
  for (const std::string& file : {path, path + "-wal"}) {
    if (const auto found = identify(file)) view.size_bytes += found->size;
  }
  return view;
}

}  // namespace taara
