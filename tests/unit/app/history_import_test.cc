// SPDX-License-Identifier: Apache-2.0
#include "app/history_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "core/ledger_check.h"
#include "io/history_json.h"
#include "io/store_history.h"
#include "io/store_import.h"
#include "unit/core/book.h"
#include "unit/io/store_fixture.h"

namespace taara {
namespace {

using testing::HasSubstr;

class HistoryImportTest : public StoreTest {
 protected:
  // What `export --format json` writes.
  [[nodiscard]] std::string exported() const {
    auto store = StoreHistory::open(config_.path);
    if (!store) return store.error().what;
    std::string text;
    HistoryJsonWriter writer("home", [&](std::string_view piece) { text += piece; });
    for (const HistoryTable& table : history_tables()) {
      writer.table(table);
      EXPECT_TRUE(store->rows("home", table, [&](const HistoryRow& row) {
        writer.row(row);
        return true;
      }));
    }
    writer.finish();
    return text;
  }
  // What went wrong; empty when it was imported.
  std::string import(const std::string& text) {
    const std::string path = temp_.path() + "/in";
    write_file(path, text);
    auto store = StoreImport::begin(config_.path, now_, [](LogLevel, std::string_view, std::string_view) {});
    if (!store) return store.error().what;
    if (!(*store)->household("home")) return "no household";
    HistoryImport history(household_, false, now_,
                          [&](const HistoryTable& table, const HistoryRow& row) { return (*store)->add(table, row); });
    const auto notes = read_history_file({path, {}, {}}, household_, now_, history);
    if (!notes) return notes.error().what;
    EXPECT_FALSE(history.failure()) << history.failure()->what;
    std::ostringstream words;
    history.tell_problems("in", words);
    if (!history.good()) return words.str();
    if (const auto done = (*store)->commit(); !done) return done.error().what;
    return {};
  }

  Household household_ = book::home();
  Time now_ = kStart + std::chrono::days{1};
};

TEST_F(HistoryImportTest, WhatCameOutGoesIn) {
  auto store = open();
  save(*store, 0, 20);
  store.reset();
  const std::string text = exported();
  config_.path = temp_.path() + "/other";
  EXPECT_EQ(import(text), "");
  EXPECT_TRUE(exported() == text);
  auto other = open(now_);
  EXPECT_EQ(other->view().readings, 20U);
  EXPECT_EQ(other->recall("home", now_)->book.usage_total.count, 19'000'000);
}

TEST_F(HistoryImportTest, AnAccountThatIsThereStays) {
  auto store = open();
  save(*store, 0, 5);
  store.reset();
  const std::string text = exported();
  store = open();
  save(*store, 5, 9);
  store.reset();
  EXPECT_EQ(import(text), "");
  EXPECT_EQ(open(now_)->recall("home", now_)->book.usage_total.count, 8'000'000);
}

// Whatever a file holds: it is taken whole or nothing of it, and what was stored stays.
TEST_F(HistoryImportTest, MutatedFilesNeverCrashAndNeverWriteAPart) {
  auto store = open();
  save(*store, 0, 6);
  store.reset();
  const std::string whole = exported();
  config_.path = temp_.path() + "/other";
  open().reset();
  const std::string nothing = exported();
  std::mt19937 random(17);
  int refused = 0;
  for (int round = 0; round < 150; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i <= random() % 2; ++i) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = static_cast<char>('!' + random() % 90);
      else
        text.erase(at, 1 + random() % 200);
    }
    if (import(text).empty()) {
      sql("PRAGMA foreign_keys=ON; DELETE FROM households; UPDATE store SET readings=0");
    } else {
      ++refused;
      ASSERT_TRUE(exported() == nothing) << text;
    }
  }
  EXPECT_GT(refused, 50);
}

TEST_F(HistoryImportTest, RowsThatBreakARuleAreSaid) {
  open().reset();
  const auto with = [&](const std::string& table, const std::string& rows) {
    return import(R"({"format":"taara-history","version":1,"household":"home",")" + table + "\":[\n" + rows + "]}");
  };
  EXPECT_EQ(with("hours", R"({"starts":3600,"used":1})"), "");
  EXPECT_THAT(with("hours", R"({"starts":3600})"), HasSubstr("in:2: hours: used is missing"));
  EXPECT_THAT(with("hours", R"({"starts":3600,"used":-1})"), HasSubstr("used is -1; allowed: bytes from 0"));
  EXPECT_THAT(with("hours", R"({"starts":3600,"used":"1"})"), HasSubstr("used is no whole number"));
  EXPECT_THAT(with("hours", "{\"starts\":3600,\"used\":1},\n{\"starts\":3600,\"used\":1}"),
              HasSubstr("in:3: hours: starts 3600 comes twice"));
  EXPECT_THAT(with("hours", "{\"starts\":7200,\"used\":1},\n{\"starts\":3600,\"used\":1}"), HasSubstr("not in order"));
  EXPECT_THAT(with("hours", R"({"starts":4102444800,"used":1})"), HasSubstr("lies in the future"));
  EXPECT_THAT(with("days", R"({"date":"2025-02-30","starts":1,"ends":2,"used":1})"), HasSubstr("date is no date"));
  EXPECT_THAT(with("days", R"({"date":"2025-02-28","starts":2,"ends":2,"used":1})"), HasSubstr("ends before"));
  EXPECT_THAT(with("readings", R"({"started":1,"time":1,"status":"fine","reached":1,"accepted":1,"resolution":1,)"
                               R"("expiry_resolution":1,"response_ms":1})"),
              HasSubstr("status is none of"));
  EXPECT_THAT(with("readings", R"({"started":1,"time":1,"status":"failed","reached":2,"accepted":1,"resolution":1,)"
                               R"("expiry_resolution":1,"response_ms":1})"),
              HasSubstr("reached is 2; allowed: 0 or 1"));
  EXPECT_THAT(with("readings", R"({"started":1,"time":1,"status":"failed","reached":1,"accepted":1,"resolution":1,)"
                               R"("expiry_resolution":1,"response_ms":1})"),
              HasSubstr("has an error"));
  EXPECT_THAT(with("readings", R"({"started":1,"time":1,"status":"success","reached":1,"accepted":1,"resolution":1,)"
                               R"("expiry_resolution":1,"response_ms":1,"plan":"a\u0007"})"),
              HasSubstr("plan has control"));
  EXPECT_THAT(with("state", R"({"saved":1,"last_usable":1,"polling":"{}","book":"{}","checksum":1})"),
              HasSubstr("checksum"));
}

TEST(GuessFormat, ByTheFirstBytes) {
  EXPECT_EQ(guess_format("timestamp,bytes\n1,2"), ImportFormat::usage_csv);
  EXPECT_EQ(guess_format("series,timestamp,bytes\r\n"), ImportFormat::usage_csv);
  EXPECT_EQ(guess_format("record,household,start"), ImportFormat::csv);
  EXPECT_EQ(guess_format(" {\"format\": \"taara-history\""), ImportFormat::json);
  EXPECT_EQ(guess_format("{\"vnstatversion\":\"2.12\",\"jsonversion\":\"2\""), ImportFormat::vnstat);
  for (const auto* other : {"", " ", "{}", "[]", "timestamp;bytes", "1,2", "\xFF"}) EXPECT_FALSE(guess_format(other));
}

TEST(LedgerCheck, ABookThatTheLedgerKeptIsFineAndOthersAreNot) {
  book::Book book;
  book.line.used = Bytes{0};
  book.line.remaining = kTerabyte;
  book.read();
  book.run(book::days{12}, book::mb(50));
  EXPECT_EQ(fault_of(book.state), std::nullopt);
  EXPECT_EQ(fault_of(LedgerState{}), std::nullopt);
  const auto broken = [&](const std::function<void(LedgerState&)>& change) {
    LedgerState state = book.state;
    change(state);
    return fault_of(state).has_value();
  };
  EXPECT_TRUE(broken([](LedgerState& state) { state.usage_total = Bytes{-1}; }));
  EXPECT_TRUE(broken([](LedgerState& state) { state.cycle->used = Bytes{std::int64_t{1} << 62}; }));
  EXPECT_TRUE(broken([](LedgerState& state) { state.last->time = Time{seconds{std::int64_t{1} << 60}}; }));
  EXPECT_TRUE(broken([](LedgerState& state) { state.last->resolution = Bytes{0}; }));
  EXPECT_TRUE(broken([](LedgerState& state) { state.today->end = state.today->start; }));
  EXPECT_TRUE(broken([](LedgerState& state) { std::swap(state.hours.front(), state.hours.back()); }));
  EXPECT_TRUE(broken([](LedgerState& state) { state.hours.resize(1000, state.hours.back()); }));
}

}  // namespace
}  // namespace taara
