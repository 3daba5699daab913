// SPDX-License-Identifier: Apache-2.0
#include "io/store_text.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

constexpr Time kNow{seconds{1'755'734'400}};

LedgerState full_book() {
  LedgerState book;
  book.usage_total = Bytes{9'007'199'254'740'993};  // beyond what a double holds
  book.last = MeterPoint{kNow, Bytes{1}, Bytes{2}, Bytes{3}, kNow - seconds{5}, kNow + seconds{5}, Bytes{100'000'000}};
  book.moved = kNow - seconds{7};
  book.cycle = Cycle{kNow, kNow + std::chrono::days{30}, Bytes{4}, Bytes{-5}, Bytes{6}, Bytes{7}, Bytes{8}, Bytes{14}};
  book.today = Day{date::local_days(date::year(2024) / 2 / 29),
                   kNow,
                   kNow + std::chrono::hours{25},
                   Bytes{9},
                   Bytes{10},
                   seconds{13}};
  for (int i = 0; i < 8; ++i) {
    Day day = *book.today;
    day.date -= date::days{8 - i};
    if (i % 2 == 0) day.budget.reset();
    book.finished_days.push_back(day);
  }
  book.streak = 11;
  for (int i = 0; i < 192; ++i) {
    // A gap, and a zone that changed to half an hour.
    const seconds shift{i > 100 ? 7200 : 0};
    const seconds half{i > 150 ? 1800 : 0};
    book.hours.push_back({kNow + std::chrono::hours{i} + shift + half, Bytes{i * 1'000'000'007LL}});
  }
  book.suspect = MeterPoint{kNow, {}, Bytes{12}, {}, {}, {}, Bytes{1}};
  book.suspect_count = 2;
  return book;
}

void expect_same(const std::optional<MeterPoint>& a, const std::optional<MeterPoint>& b) {
  ASSERT_EQ(a.has_value(), b.has_value());
  if (!a) return;
  EXPECT_EQ(a->time, b->time);
  EXPECT_EQ(a->remaining, b->remaining);
  EXPECT_EQ(a->used, b->used);
  EXPECT_EQ(a->allocation, b->allocation);
  EXPECT_EQ(a->purchased, b->purchased);
  EXPECT_EQ(a->expiry, b->expiry);
  EXPECT_EQ(a->resolution, b->resolution);
}

void expect_same(const Day& a, const Day& b) {
  EXPECT_EQ(a.date, b.date);
  EXPECT_EQ(a.start, b.start);
  EXPECT_EQ(a.end, b.end);
  EXPECT_EQ(a.budget, b.budget);
  EXPECT_EQ(a.used, b.used);
  EXPECT_EQ(a.covered, b.covered);
}

void expect_same(const LedgerState& a, const LedgerState& b) {
  EXPECT_EQ(a.usage_total, b.usage_total);
  expect_same(a.last, b.last);
  EXPECT_EQ(a.moved, b.moved);
  ASSERT_EQ(a.cycle.has_value(), b.cycle.has_value());
  if (a.cycle) {
    EXPECT_EQ(a.cycle->start, b.cycle->start);
    EXPECT_EQ(a.cycle->end, b.cycle->end);
    EXPECT_EQ(a.cycle->allocation, b.cycle->allocation);
    EXPECT_EQ(a.cycle->used, b.cycle->used);
    EXPECT_EQ(a.cycle->used_peak, b.cycle->used_peak);
    EXPECT_EQ(a.cycle->offset, b.cycle->offset);
    EXPECT_EQ(a.cycle->top_ups, b.cycle->top_ups);
    EXPECT_EQ(a.cycle->uncounted, b.cycle->uncounted);
  }
  ASSERT_EQ(a.today.has_value(), b.today.has_value());
  if (a.today) expect_same(*a.today, *b.today);
  ASSERT_EQ(a.finished_days.size(), b.finished_days.size());
  for (std::size_t i = 0; i < a.finished_days.size(); ++i) expect_same(a.finished_days[i], b.finished_days[i]);
  EXPECT_EQ(a.streak, b.streak);
  ASSERT_EQ(a.hours.size(), b.hours.size());
  for (std::size_t i = 0; i < a.hours.size(); ++i) {
    EXPECT_EQ(a.hours[i].start, b.hours[i].start);
    EXPECT_EQ(a.hours[i].used, b.hours[i].used);
  }
  expect_same(a.suspect, b.suspect);
  EXPECT_EQ(a.suspect_count, b.suspect_count);
}

TEST(StoreText, ABookReadsBackAsItWas) {
  const auto read = read_book(book_text(full_book()));
  ASSERT_TRUE(read);
  expect_same(*read, full_book());
  EXPECT_LT(book_text(full_book()).size(), 5000U);
}

TEST(StoreText, AnEmptyBookReadsBackEmpty) {
  const auto read = read_book(book_text(LedgerState{}));
  ASSERT_TRUE(read);
  expect_same(*read, LedgerState{});
}

TEST(StoreText, APollingStateReadsBackAsItWas) {
  PollingState state;
  state.mode = PollingMode::backoff;
  state.mode_since = kNow;
  state.failures_in_row = 1;
  state.successes_in_row = 2;
  state.breaker_open = true;
  state.breaker_trials = 3;
  state.last_attempt = kNow + seconds{1};
  state.last_reached = true;
  state.not_before = kNow + seconds{2};
  state.login_rejections = 4;
  state.auth_failures_in_row = 6;
  state.last_auth_failure = kNow + seconds{4};
  state.last_login_rejected = kNow + seconds{3};
  state.rejected_secret_version = "\"5\\\n";
  for (const PollingState& one : {state, PollingState{}}) {
    const auto read = read_polling(polling_text(one));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->mode, one.mode);
    EXPECT_EQ(read->mode_since, one.mode_since);
    EXPECT_EQ(read->failures_in_row, one.failures_in_row);
    EXPECT_EQ(read->successes_in_row, one.successes_in_row);
    EXPECT_EQ(read->breaker_open, one.breaker_open);
    EXPECT_EQ(read->breaker_trials, one.breaker_trials);
    EXPECT_EQ(read->last_attempt, one.last_attempt);
    EXPECT_EQ(read->last_reached, one.last_reached);
    EXPECT_EQ(read->not_before, one.not_before);
    EXPECT_EQ(read->login_rejections, one.login_rejections);
    EXPECT_EQ(read->auth_failures_in_row, one.auth_failures_in_row);
    EXPECT_EQ(read->last_auth_failure, one.last_auth_failure);
    EXPECT_EQ(read->clock_went_back_from, one.clock_went_back_from);
    EXPECT_EQ(read->last_login_rejected, one.last_login_rejected);
    EXPECT_EQ(read->rejected_secret_version, one.rejected_secret_version);
  }
}

TEST(StoreText, PlansReadBackAsTheyWere) {
  const auto read = read_plans(plans_text({{"home \"x\"", Bytes{1}, true, false}, {"", Bytes{-2}, false, true}}));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->at(0).plan, "home \"x\"");
  EXPECT_EQ(read->at(0).remaining, Bytes{1});
  EXPECT_TRUE(read->at(0).home);
  EXPECT_FALSE(read->at(0).active);
  EXPECT_EQ(read->at(1).remaining, Bytes{-2});
  EXPECT_TRUE(read->at(1).active);
}

TEST(StoreText, WhatIsNotOursReadsAsNothing) {
  for (const char* text : {"", "x", "[]", "{}", "null", R"({"usage_total":"1"})", R"({"usage_total":1.5})"}) {
    EXPECT_FALSE(read_book(text)) << text;
    EXPECT_FALSE(read_polling(text)) << text;
  }
  std::string polling = polling_text({});
  polling.replace(polling.find("normal"), 6, "casual");
  EXPECT_FALSE(read_polling(polling));
  for (const char* text : {"", "{}", "[[]]", R"([["a",1,true]])", R"([["a",1.5,true,true]])", "[1]"}) {
    EXPECT_FALSE(read_plans(text)) << text;
  }
}

// Every text with one byte cut or changed either reads or doesn't; nothing else happens.
TEST(StoreText, BrokenTextsAreHarmless) {
  const std::string text = book_text(full_book());
  for (std::size_t i = 0; i < text.size(); i += 3) {
    (void)read_book(std::string_view(text).substr(0, i));
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 0x11);
    (void)read_book(changed);
  }
}

TEST(StoreText, DatesAreStrict) {
  EXPECT_EQ(date_text(date::local_days(date::year(2025) / 8 / 1)), "2025-08-01");
  EXPECT_TRUE(read_date("2024-02-29"));
  for (const char* text : {"2025-02-29", "2025-8-01", "2025-13-01", "2025-08-01 ", "", "xxxx-08-01", "2025/08/01"}) {
    EXPECT_FALSE(read_date(text)) << text;
  }
}

}  // namespace
}  // namespace taara
