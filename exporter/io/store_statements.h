// SPDX-License-Identifier: Apache-2.0
// What the rows of the store are written and read with, prepared once for each connection.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace taara {

enum StoreStatement : int {
  kFindHousehold,
  kAddHousehold,
  kAddReading,
  kAddRaw,
  kPutHour,
  kPutDay,
  kPutCycle,
  kAddAttempt,
  kDropAttempt,
  kPutState,
  kGetState,
  kPutHabits,
  kGetHabits,
  kGetLastCycle,
  kGetPolls,
  kGetAttempts,
  kCountReadings,
  kGetCount,
};

inline constexpr std::array<std::pair<StoreStatement, std::string_view>, 18> kStoreStatements{{
    {kFindHousehold, "SELECT id FROM households WHERE name=?"},
    {kAddHousehold, "INSERT INTO households(name) VALUES(?)"},
    {kAddReading,
     "INSERT OR IGNORE INTO readings(household, started, time, status, error, reached, accepted, remaining, used, "
     "allocation, resolution, purchased, expiry, expiry_resolution, response_ms, plan, plans, events, violations) "
     "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
    {kAddRaw, "INSERT OR IGNORE INTO raw(household, started, body) VALUES(?,?,?)"},
    {kPutHour,
     "INSERT INTO hours(household, starts, used) VALUES(?,?,?) "
     "ON CONFLICT(household, starts) DO UPDATE SET used=excluded.used"},
    {kPutDay,
     "INSERT INTO days(household, date, starts, ends, budget, used) VALUES(?,?,?,?,?,?) "
     "ON CONFLICT(household, date) DO UPDATE SET starts=excluded.starts, ends=excluded.ends, budget=excluded.budget, "
     "used=excluded.used"},
    {kPutCycle,
     "INSERT INTO cycles(household, starts, ends, allocation, used, used_peak, meter_offset, top_ups) "
     "VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(household, starts) DO UPDATE SET ends=excluded.ends, "
     "allocation=excluded.allocation, used=excluded.used, used_peak=excluded.used_peak, "
     "meter_offset=excluded.meter_offset, top_ups=excluded.top_ups"},
    {kAddAttempt, "INSERT OR IGNORE INTO attempts(household, started) VALUES(?,?)"},
    {kDropAttempt, "DELETE FROM attempts WHERE household=? AND started=?"},
    {kPutState,
     "INSERT INTO state(household, saved, last_usable, plan, plans, polling, book, checksum) VALUES(?,?,?,?,?,?,?,?) "
     "ON CONFLICT(household) DO UPDATE SET saved=excluded.saved, last_usable=excluded.last_usable, "
     "plan=excluded.plan, plans=excluded.plans, polling=excluded.polling, book=excluded.book, "
     "checksum=excluded.checksum"},
    {kGetState, "SELECT saved, last_usable, plan, plans, polling, book, checksum FROM state WHERE household=?"},
    {kPutHabits,
     "INSERT INTO habits(household, learned, checksum) VALUES(?,?,?) "
     "ON CONFLICT(household) DO UPDATE SET learned=excluded.learned, checksum=excluded.checksum"},
    {kGetHabits, "SELECT learned, checksum FROM habits WHERE household=?"},
    {kGetLastCycle,
     "SELECT starts, ends, allocation, used, used_peak, meter_offset, top_ups FROM cycles WHERE household=? AND "
     "starts<? ORDER BY starts DESC LIMIT 1"},
    {kGetPolls, "SELECT started, status, reached FROM readings WHERE household=? AND started>? AND started<=?"},
    {kGetAttempts, "SELECT started FROM attempts WHERE household=? AND started>? AND started<=?"},
    {kCountReadings, "UPDATE store SET readings=readings+?"},
    {kGetCount, "SELECT readings FROM store"},
}};

}  // namespace taara
