// SPDX-License-Identifier: Apache-2.0
#include "io/store_import.h"

#include <utility>

#include "core/ledger_check.h"
#include "io/store_link.h"
#include "io/store_text.h"

namespace taara {
namespace {

std::string insert_into(const HistoryTable& table) {
  std::string columns = "household";
  std::string marks = "?";
  for (const HistoryColumn& column : table.columns) {
    columns.append(", ").append(column.name);
    marks += ",?";
  }
  return "INSERT INTO " + std::string(table.name) + "(" + columns + ") VALUES(" + marks + ") ON CONFLICT DO NOTHING";
}

}  // namespace

struct StoreImport::State {
  State(const std::string& directory, StoreNotice notice) : link(directory, std::move(notice)) {}

  StoreLink link;
  Session* session = nullptr;
  std::map<std::string_view, Statement> inserts;  // by table; before the session goes
  std::string name;
  std::int64_t id = 0;
  std::int64_t readings = 0;
  bool state_is_new = false;
  bool open = false;

  [[nodiscard]] Result<void> check_state() const;
};

StoreImport::StoreImport(std::unique_ptr<State> state) : state_(std::move(state)) {}

StoreImport::~StoreImport() {
  state_->inserts.clear();
  if (state_->open) state_->session->database.roll_back();
}

Result<std::unique_ptr<StoreImport>> StoreImport::begin(const std::string& directory, Time now, StoreNotice notice) {
  auto state = std::make_unique<State>(directory, std::move(notice));
  if (auto there = state->link.prepare(); !there) return there.error();
  auto session = state->link.session(now);
  if (!session) return session.error();
  state->session = *session;
  if (auto begun = state->session->database.run("BEGIN IMMEDIATE"); !begun) return begun.error();
  state->open = true;
  return std::unique_ptr<StoreImport>(new StoreImport(std::move(state)));
}

Result<void> StoreImport::household(const std::string& name) {
  Connection& database = state_->session->database;
  auto add = database.prepare("INSERT INTO households(name) VALUES(?) ON CONFLICT DO NOTHING");
  if (!add) return add.error();
  if (auto added = add->run(name); !added) return added;
  auto find = database.prepare("SELECT id FROM households WHERE name=?");
  if (!find) return find.error();
  auto row = find->start(name).next();
  if (!row) return row.error();
  state_->id = find->integer(0);
  state_->name = name;
  // What was learned before doesn't know the days that come now; the exporter learns anew from all of them.
  auto unlearn = database.prepare("DELETE FROM habits WHERE household=?");
  if (!unlearn) return unlearn.error();
  return unlearn->run(state_->id);
}

Result<bool> StoreImport::add(const HistoryTable& table, const HistoryRow& row) {
  Connection& database = state_->session->database;
  auto known = state_->inserts.find(table.name);
  if (known == state_->inserts.end()) {
    auto insert = database.prepare(insert_into(table));
    if (!insert) return insert.error();
    known = state_->inserts.emplace(table.name, std::move(*insert)).first;
  }
  auto done = known->second.start_with(state_->id, row).next();
  if (!done) return done.error();
  const bool is_new = database.changes() > 0;
  if (is_new && table.name == "readings") ++state_->readings;
  if (is_new && table.name == "state") state_->state_is_new = true;
  return is_new;
}

Result<void> StoreImport::State::check_state() const {
  auto state = session->rows->state(name);
  if (!state) return state.error();
  if (!*state) return Error{Errc::corrupt, "the account is not in the store"};
  const auto book = read_book((*state)->book);
  const bool whole = book && read_polling((*state)->polling) && read_plans((*state)->plans.value_or("[]"));
  if (!whole) return Error{Errc::invalid, "the account (state) makes no sense"};
  if (const auto fault = fault_of(*book)) return Error{Errc::invalid, "the account (state): " + *fault};
  return {};
}

Result<void> StoreImport::commit() {
  if (state_->state_is_new) {
    if (auto checked = state_->check_state(); !checked) return checked;
  }
  if (state_->readings > 0) {
    if (auto counted = state_->session->rows->count_readings(state_->readings); !counted) return counted;
  }
  auto done = state_->session->database.run("COMMIT");
  if (done) state_->open = false;
  return done;
}

}  // namespace taara
