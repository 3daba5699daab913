// SPDX-License-Identifier: Apache-2.0
#include "io/store.h"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "io/store_open.h"
#include "io/store_queue.h"
#include "io/store_retention.h"
#include "io/store_rows.h"
#include "io/store_text.h"

namespace taara {
namespace {

enum Op : std::size_t { kOpen, kRead, kWrite, kRetention };

constexpr std::chrono::hours kRateLimitWindow{24};
constexpr std::int64_t kRowsCopiedWhileRunning = 1'000'000;  // per table: a bound on how long a poll may wait
constexpr unsigned kMostSalvagesInRow = 3;  // a disk that damages every new file shall not be filled with copies

// A database that can be written, with its statements. Never moved: they point at each other.
struct Session {
  explicit Session(Connection opened) : database(std::move(opened)) {}
  Connection database;
  std::optional<StoreRows> rows;
  std::optional<Retention> retention;
  std::map<std::string, std::uint64_t> side_files;  // inodes by path

  [[nodiscard]] Result<void> prepare() {
    auto made_rows = StoreRows::prepare(database);
    if (!made_rows) return made_rows.error();
    rows = std::move(*made_rows);
    auto made_retention = Retention::prepare(database);
    if (!made_retention) return made_retention.error();
    retention = std::move(*made_retention);
    return {};
  }
};

WaitingPoll waiting_poll(PollRecord&& record) {
  return {
      std::move(record.household), record.started,          std::move(record.reading), record.accepted, record.reached,
      std::move(record.raw),       std::move(record.change)};
}

SavedState saved_state(const PollRecord& record) {
  SavedState state;
  state.saved = record.started;
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
  StoreConfig config;
  StoreNotice notice;
  StorePaths paths;
  Time now;  // the newest moment that we were told
  std::optional<FileLock> lock;
  std::unique_ptr<Session> session;  // absent while the store cannot be written
  std::unique_ptr<Session> deleted;  // the database whose file was taken away, until it is copied
  std::uint64_t known_size = 0;      // of the database file after our last change
  Suspicion suspicion = Suspicion::usual;
  unsigned salvages_in_row = 0;
  SaveQueue queue{QueueLimits{}};
  std::map<std::string, SavedState, std::less<>> newest;  // of every household, for a file that is lost while we run
  bool rewrite_states = false;
  StoreView view;

  ~State();
  [[nodiscard]] Result<void> attach();
  void detach(bool leave_files);
  [[nodiscard]] Result<void> take_lock();
  [[nodiscard]] Result<void> copy_deleted();
  void look_for_change();
  void remove_side_files_of(const Session& gone);
  void tell(const Opening& opening);
  void failed(Op op, const Error& error);
  void writable_again();
  template <class Body>
  bool transact(Op op, Body body);
  template <class Body>
  [[nodiscard]] Result<void> in_transaction(Body body);
  [[nodiscard]] Result<std::int64_t> write_queue(StoreRows& rows);
  void write(const std::vector<std::string>& attempts, Time started);
  void flush();
  [[nodiscard]] Result<void> recall_stored(StoreRows& rows, const std::string& household, Remembered& found,
                                           std::map<Time, PastPoll>& polls);
  [[nodiscard]] Result<void> recall_anyhow(const std::string& household, Remembered& found,
                                           std::map<Time, PastPoll>& polls);
  void use_state(const SavedState& state, Remembered& found);
};

Store::State::~State() {
  flush();
  if (!queue.empty()) {
    notice(LogLevel::error, "store could not be written before the end",
           std::to_string(queue.polls().size()) + " readings are lost");
  }
  if (deleted) deleted->database.leave_files_on_close();
  if (session) detach(session->database.has_moved());
}

Result<void> Store::State::take_lock() {
  if (lock && !lock->lost()) return {};
  auto taken = FileLock::take(paths.lock);
  if (!taken) return taken.error();
  lock = std::move(*taken);
  return {};
}

Result<void> Store::State::attach() {
  if (session) return {};
  if (suspicion == Suspicion::damaged && salvages_in_row >= kMostSalvagesInRow) {
    return Error{Errc::corrupt,
                 "the disk damages every new store in " + paths.directory + "; replace it, then restart"};
  }
  auto prepared = prepare_directory(config.path);
  if (!prepared) return prepared.error();
  paths = std::move(*prepared);
  if (auto taken = take_lock(); !taken) return taken;
  auto opening = open_database(paths, now, suspicion);
  if (!opening) return opening.error();
  tell(*opening);
  auto made = std::make_unique<Session>(std::move(opening->database));
  auto ready = made->prepare();
  if (ready)
    ready = made->database.run("UPDATE store SET created=" + std::to_string(now.time_since_epoch().count()) +
                               " WHERE created IS NULL");
  if (!ready) {
    made->database.leave_files_on_close();
    return ready;
  }
  auto created = made->database.integer("SELECT created FROM store");
  auto count = made->database.integer("SELECT readings FROM store");
  if (!created || !count) return created ? count.error() : created.error();
  view.created = Time{seconds{*created}};
  view.readings = static_cast<std::uint64_t>(std::max<std::int64_t>(*count, 0));
  for (const char* side : {"-wal", "-shm"}) {
    if (const auto file = identify(paths.database + side)) made->side_files[paths.database + side] = file->inode;
  }
  session = std::move(made);
  suspicion = Suspicion::none;
  return copy_deleted();
}

void Store::State::tell(const Opening& opening) {
  if (opening.put_aside) {
    ++view.salvages;
    ++salvages_in_row;
    rewrite_states = true;
    notice(LogLevel::error, "damaged store put aside",
           *opening.put_aside + ": " + describe(*opening.salvage) + "; docs/store.md says how to look into it");
  } else if (opening.created) {
    notice(LogLevel::info, "new store", paths.database);
  }
}

// What a deleted file held can still be read as long as it is open.
Result<void> Store::State::copy_deleted() {
  if (!deleted) return {};
  auto copied = copy_readable(deleted->database, session->database, kRowsCopiedWhileRunning);
  if (!copied) return copied.error();
  deleted.reset();
  session->rows->forget_ids();
  auto count = session->rows->reading_count();
  if (!count) return count.error();
  view.readings = static_cast<std::uint64_t>(*count);
  notice(LogLevel::warn, "store written again", paths.database + ": " + describe(*copied));
  return {};
}

void Store::State::detach(bool leave_files) {
  if (!session) return;
  if (leave_files) session->database.leave_files_on_close();
  session.reset();
}

// Somebody deleted, replaced or cut the file while we have it open.
void Store::State::look_for_change() {
  if (!session) return;
  const auto file = identify(paths.database);
  const bool moved = session->database.has_moved();
  if (!moved && file && file->size >= known_size) return;
  ++view.errors[kOpen];
  notice(LogLevel::error, "store file was deleted, replaced or cut while running",
         paths.database + " is made good from what is still known");
  session->database.leave_files_on_close();
  if (moved) {
    session->rows.reset();
    session->retention.reset();
    remove_side_files_of(*session);
    deleted = std::move(session);
  }
  session.reset();
  suspicion = Suspicion::usual;
  rewrite_states = true;
  known_size = 0;
}

// The log of a deleted database would be taken for the log of the file that comes in its place. The connection that is
// still open doesn't need the names.
void Store::State::remove_side_files_of(const Session& gone) {
  for (const auto& [path, inode] : gone.side_files) {
    const auto file = identify(path);
    if (file && file->inode == inode) ::unlink(path.c_str());
  }
}

void Store::State::failed(Op op, const Error& error) {
  ++view.errors.at(op);
  if (error.code == Errc::corrupt) suspicion = Suspicion::damaged;
  // After a failed write or sync only a new connection knows what is on the disk.
  if (error.code != Errc::busy) detach(true);
  if (!view.writable) return;
  view.writable = false;
  notice(LogLevel::error, "store cannot be written; readings wait in memory", error.what);
}

template <class Body>
Result<void> Store::State::in_transaction(Body body) {
  if (auto begun = session->database.run("BEGIN IMMEDIATE"); !begun) return begun;
  Result<void> done = body(*session);
  if (done) done = session->database.run("COMMIT");
  if (!done) {
    session->database.roll_back();
    session->rows->forget_ids();
  }
  return done;
}

void Store::State::writable_again() {
  if (view.writable) return;
  view.writable = true;
  notice(LogLevel::info, "store writable again",
         std::to_string(queue.polls().size()) + " readings that waited are saved");
}

// Runs the body in a transaction; false when it could not be committed. Damage that turns up leads to one more try in
// a new file.
template <class Body>
bool Store::State::transact(Op op, Body body) {
  for (int round = 0;; ++round) {
    look_for_change();
    if (auto ready = attach(); !ready) {
      failed(kOpen, ready.error());
      return false;
    }
    auto done = in_transaction(body);
    if (done) {
      if (const auto file = identify(paths.database)) known_size = file->size;
      salvages_in_row = 0;
      return true;
    }
    if (done.error().code != Errc::corrupt || round > 0) {
      failed(op, done.error());
      return false;
    }
    ++view.errors.at(op);
    suspicion = Suspicion::damaged;
    detach(true);
  }
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
  if (rewrite_states) {
    for (const auto& [household, state] : newest) households.insert(household);
  }
  for (const std::string_view household : households) {
    const auto state = newest.find(household);
    if (state == newest.end()) continue;
    if (auto done = rows.save_state(state->first, state->second); !done) return done.error();
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
  view.readings += static_cast<std::uint64_t>(added);
  rewrite_states = false;
  writable_again();
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
    ++view.errors[kRead];
    notice(LogLevel::error, "a household's saved state makes no sense and is not used", paths.database);
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
    ++view.errors[kRead];
    notice(LogLevel::error, "a household's saved state is damaged; its book starts anew", state.error().what);
  } else if (*state) {
    use_state(**state, found);
    newest.try_emplace(household, std::move(**state));
  }
  // A clock that went back may have left polls in the future; these have been made too.
  auto past = rows.polls(household, now - kRateLimitWindow, now + kRateLimitWindow);
  if (!past) return past.error();
  polls = std::move(*past);
  return {};
}

// With the open database, or, while that cannot be written, from the file as it is.
Result<void> Store::State::recall_anyhow(const std::string& household, Remembered& found,
                                         std::map<Time, PastPoll>& polls) {
  look_for_change();
  if (auto ready = attach(); !ready && view.writable) failed(kOpen, ready.error());
  if (session) {
    auto done = recall_stored(*session->rows, household, found, polls);
    if (done || done.error().code != Errc::corrupt) return done;
    failed(kRead, done.error());
    if (auto ready = attach(); !ready) return ready;
    return recall_stored(*session->rows, household, found, polls);
  }
  const auto file = identify(paths.database);
  if (!file || file->size == 0) return {};
  auto look = Connection::open(paths.database, Connection::Mode::look);
  if (!look) return look.error();
  auto rows = StoreRows::prepare(*look);
  if (!rows) return rows.error();
  return recall_stored(*rows, household, found, polls);
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const StoreConfig& config, Time now, StoreNotice notice) {
  auto paths = prepare_directory(config.path);
  if (!paths) return paths.error();
  auto state = std::make_unique<State>();
  state->config = config;
  state->notice = std::move(notice);
  state->paths = std::move(*paths);
  state->now = now;
  auto there = check_files(state->paths);
  if (!there) return there.error();
  const bool has_data = *there;
  // Another process's lock ends it here; whatever else is wrong with the lock is met again below.
  if (auto locked = state->take_lock(); !locked && locked.error().code == Errc::busy) return locked.error();
  if (auto ready = state->attach(); !ready) {
    const Errc code = ready.error().code;
    if (!has_data || code == Errc::newer_schema) return ready.error();
    state->failed(kOpen, ready.error());
  }
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Result<Remembered> Store::recall(const std::string& household, Time now) {
  state_->now = now;
  Remembered found;
  std::map<Time, PastPoll> polls;
  if (auto done = state_->recall_anyhow(household, found, polls); !done) {
    ++state_->view.errors[kRead];
    return done.error();
  }
  const bool waits = std::any_of(state_->queue.polls().begin(), state_->queue.polls().end(),
                                 [&](const WaitingPoll& poll) { return poll.household == household; });
  if (waits) state_->use_state(state_->newest.at(household), found);
  for (const WaitingPoll& poll : state_->queue.polls()) {
    if (poll.household != household || poll.started <= now - kRateLimitWindow) continue;
    polls[poll.started] = {poll.started, poll.reading.usable(), poll.reached};
  }
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
    WaitingPoll poll = waiting_poll(std::move(record));
    state_->now = std::max(state_->now, poll.started);
    // More at once than may wait: not lost as long as the disk takes it.
    if (state_->view.writable && state_->queue.push_would_drop(poll.household)) state_->flush();
    state_->queue.push(std::move(poll));
  }
  state_->flush();
}

void Store::retry() { state_->flush(); }

void Store::prune(Time now) {
  state_->now = now;
  if (!state_->view.writable) return;
  std::int64_t readings = 0;
  const bool done = state_->transact(kRetention, [&](Session& open) -> Result<void> {
    auto deleted = open.retention->step(state_->config, now);
    if (!deleted) return deleted.error();
    readings = *deleted;
    return readings > 0 ? open.rows->count_readings(-readings) : Result<void>{};
  });
  if (done) state_->view.readings -= std::min(state_->view.readings, static_cast<std::uint64_t>(readings));
}

StoreView Store::view() const {
  StoreView view = state_->view;
  view.pending_readings = state_->queue.polls().size();
  view.dropped_readings = state_->queue.dropped();
  for (const std::string& path : {state_->paths.database, state_->paths.database + "-wal"}) {
    if (const auto file = identify(path)) view.size_bytes += file->size;
  }
  return view;
}

}  // namespace taara
