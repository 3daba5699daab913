// SPDX-License-Identifier: Apache-2.0
#include "io/store_rows.h"

#include <zlib.h>

#include <utility>

#include "io/store_habits.h"
#include "io/store_statements.h"
#include "io/store_text.h"

namespace taara {
namespace {

Time time_of(std::int64_t value) { return Time{seconds{value}}; }

// zlib takes unsigned bytes.
uLong add_to_checksum(uLong sum, std::string_view bytes) {
  return crc32(sum, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
}

std::uint32_t checksum(const SavedState& state) {
  uLong sum = crc32(0, nullptr, 0);
  const std::string head = std::to_string(state.saved.time_since_epoch().count()) + (state.last_usable ? "+" : "-");
  const std::string none;
  for (const std::string* part :
       {&head, state.plan ? &*state.plan : &none, state.plans ? &*state.plans : &none, &state.polling, &state.book}) {
    const std::string text = std::to_string(part->size()) + ":" + *part;
    sum = add_to_checksum(sum, text);
  }
  return static_cast<std::uint32_t>(sum);
}

template <class List, class Text>
std::optional<std::string> text_unless_empty(const List& list, Text text) {
  if (list.empty()) return std::nullopt;
  return text(list);
}

}  // namespace

Result<StoreRows> StoreRows::prepare(Connection& database) {
  StoreRows rows(database);
  for (const auto& [which, sql] : kStoreStatements) {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    rows.statements_.emplace(which, std::move(*statement));
  }
  return rows;
}

Result<std::optional<std::int64_t>> StoreRows::find_id(const std::string& household) {
  if (const auto known = ids_.find(household); known != ids_.end()) return std::optional(known->second);
  Statement& find = statement(kFindHousehold).start(household);
  auto row = find.next();
  if (!row) return row.error();
  if (!*row) return std::optional<std::int64_t>();
  const std::int64_t id = find.integer(0);
  find.reset();
  ids_[household] = id;
  return std::optional(id);
}

Result<std::int64_t> StoreRows::id_of(const std::string& household) {
  auto known = find_id(household);
  if (!known) return known.error();
  if (*known) return **known;
  if (auto added = statement(kAddHousehold).run(household); !added) return added.error();
  return ids_[household] = database_->last_id();
}

Result<bool> StoreRows::save_poll(const WaitingPoll& poll) {
  auto id = id_of(poll.household);
  if (!id) return id.error();
  const Reading& reading = poll.reading;
  std::optional<std::string_view> error;
  if (reading.error) error = name_of(kPollErrorNames, *reading.error);
  const auto plan = text_unless_empty(reading.plan, [](const std::string& text) { return text; });
  const auto plans = text_unless_empty(reading.plans, plans_text);
  const auto events = text_unless_empty(poll.change.events, events_text);
  const auto violations = text_unless_empty(poll.change.violations, violations_text);
  auto added = statement(kAddReading)
                   .run(*id, poll.started, reading.time, name_of(kReadingStatusNames, reading.status), error,
                        poll.reached, poll.accepted, reading.remaining, reading.used, reading.allocation,
                        reading.resolution, reading.purchased, reading.expiry, reading.expiry_resolution.count(),
                        reading.response_time.count(), plan, plans, events, violations);
  if (!added) return added.error();
  const bool is_new = database_->changes() > 0;
  if (!poll.raw.empty()) {
    if (auto done = statement(kAddRaw).run(*id, poll.started, poll.raw); !done) return done.error();
  }
  if (auto done = save_change(*id, poll.change.hours, poll.change.days); !done) return done.error();
  if (poll.change.ended_cycle) {
    if (auto done = save_cycle(*id, *poll.change.ended_cycle); !done) return done.error();
  }
  if (auto done = statement(kDropAttempt).run(*id, poll.started); !done) return done.error();
  return is_new;
}

Result<void> StoreRows::save_change(std::int64_t id, const std::vector<Hour>& hours, const std::vector<Day>& days) {
  for (const Hour& hour : hours) {
    if (auto done = statement(kPutHour).run(id, hour.start, hour.used); !done) return done;
  }
  for (const Day& day : days) {
    const std::string date = date_text(day.date);
    if (auto done = statement(kPutDay).run(id, date, day.start, day.end, day.budget, day.used); !done) return done;
  }
  return {};
}

Result<void> StoreRows::save_cycle(std::int64_t id, const Cycle& cycle) {
  return statement(kPutCycle).run(id, cycle.start, cycle.end, cycle.allocation, cycle.used, cycle.used_peak,
                                  cycle.offset, cycle.top_ups);
}

Result<void> StoreRows::save_totals(const std::string& household, const Totals& totals) {
  auto id = id_of(household);
  if (!id) return id.error();
  for (const Cycle& cycle : totals.ended_cycles) {
    if (auto done = save_cycle(*id, cycle); !done) return done;
  }
  return save_change(*id, totals.hours, totals.days);
}

Result<void> StoreRows::save_state(const std::string& household, SavedState state) {
  auto id = id_of(household);
  if (!id) return id.error();
  if (!state.plan || !state.plans) {
    // A stored state that is unreadable has no plan to keep.
    auto before = this->state(household);
    if (!before && before.error().code != Errc::invalid) return before.error();
    if (before && *before) {
      if (!state.plan) state.plan = (*before)->plan;
      if (!state.plans) state.plans = (*before)->plans;
    }
  }
  return statement(kPutState).run(*id, state.saved, state.last_usable, state.plan, state.plans, state.polling,
                                  state.book, checksum(state));
}

Result<void> StoreRows::save_habits(const std::string& household, const Habits& habits) {
  auto id = id_of(household);
  if (!id) return id.error();
  const std::string bytes = habits_bytes(habits);
  return statement(kPutHabits).run(*id, Blob{bytes}, add_to_checksum(0, bytes));
}

Result<bool> StoreRows::knows(const std::string& household) {
  auto id = find_id(household);
  if (!id) return id.error();
  return id->has_value();
}

Result<std::optional<Habits>> StoreRows::habits(const std::string& household) {
  auto id = find_id(household);
  if (!id) return id.error();
  if (!*id) return std::optional<Habits>();
  Statement& get = statement(kGetHabits).start(**id);
  auto row = get.next();
  if (!row) return row.error();
  if (!*row) return std::optional<Habits>();
  const std::string bytes = get.text(0);
  const std::int64_t sum = get.integer(1);
  get.reset();
  auto habits = read_habits(bytes);
  if (!habits || sum != static_cast<std::int64_t>(add_to_checksum(0, bytes))) {
    return Error{Errc::invalid, "what was learned of household " + household + " is damaged"};
  }
  return habits;
}

Result<std::optional<Cycle>> StoreRows::last_cycle(const std::string& household, std::optional<Time> before) {
  auto id = find_id(household);
  if (!id) return id.error();
  if (!*id) return std::optional<Cycle>();
  Statement& get = statement(kGetLastCycle).start(**id, before.value_or(Time::max()));
  auto row = get.next();
  if (!row) return row.error();
  if (!*row) return std::optional<Cycle>();
  Cycle cycle;
  cycle.start = time_of(get.integer(0));
  cycle.end = time_of(get.integer(1));
  if (!get.is_null(2)) cycle.allocation = Bytes{get.integer(2)};
  cycle.used = Bytes{get.integer(3)};
  cycle.used_peak = Bytes{get.integer(4)};
  cycle.offset = Bytes{get.integer(5)};
  cycle.top_ups = Bytes{get.integer(6)};
  get.reset();
  return std::optional(cycle);
}

Result<void> StoreRows::note_attempt(const std::string& household, Time started) {
  auto id = id_of(household);
  if (!id) return id.error();
  return statement(kAddAttempt).run(*id, started);
}

Result<void> StoreRows::count_readings(std::int64_t added) { return statement(kCountReadings).run(added); }

Result<std::int64_t> StoreRows::reading_count() {
  Statement& get = statement(kGetCount).start();
  auto row = get.next();
  if (!row) return row.error();
  if (!*row) return Error{Errc::corrupt, "the table store has lost its row"};
  const std::int64_t count = get.integer(0);
  get.reset();
  return count;
}

Result<std::optional<SavedState>> StoreRows::state(const std::string& household) {
  auto id = find_id(household);
  if (!id) return id.error();
  if (!*id) return std::optional<SavedState>();
  Statement& get = statement(kGetState).start(**id);
  auto row = get.next();
  if (!row) return row.error();
  if (!*row) return std::optional<SavedState>();
  SavedState state;
  state.saved = time_of(get.integer(0));
  state.last_usable = get.integer(1) != 0;
  if (!get.is_null(2)) state.plan = get.text(2);
  if (!get.is_null(3)) state.plans = get.text(3);
  state.polling = get.text(4);
  state.book = get.text(5);
  const std::int64_t sum = get.integer(6);
  get.reset();
  if (sum != static_cast<std::int64_t>(checksum(state))) {
    return Error{Errc::invalid, "the checksum of the saved state of household " + household + " is wrong"};
  }
  return std::optional(std::move(state));
}

Result<std::map<Time, PastPoll>> StoreRows::polls(const std::string& household, Time from, Time to) {
  std::map<Time, PastPoll> polls;
  auto id = find_id(household);
  if (!id) return id.error();
  if (!*id) return polls;
  Statement& readings = statement(kGetPolls).start(**id, from, to);
  const std::string failed(name_of(kReadingStatusNames, ReadingStatus::failed));
  for (;;) {
    auto row = readings.next();
    if (!row) return row.error();
    if (!*row) break;
    const Time started = time_of(readings.integer(0));
    polls[started] = {started, readings.text(1) != failed, readings.integer(2) != 0};
  }
  // What went out and has no answer yet may have reached the line.
  Statement& attempts = statement(kGetAttempts).start(**id, from, to);
  for (;;) {
    auto row = attempts.next();
    if (!row) return row.error();
    if (!*row) break;
    const Time started = time_of(attempts.integer(0));
    polls.try_emplace(started, PastPoll{started, false, true});
  }
  return polls;
}

Result<std::vector<std::string>> household_names(Connection& database) {
  auto names = database.prepare("SELECT name FROM households ORDER BY name");
  if (!names) return names.error();
  std::vector<std::string> found;
  for (;;) {
    auto row = names->next();
    if (!row) return row.error();
    if (!*row) return found;
    found.push_back(names->text(0));
  }
}

}  // namespace taara
