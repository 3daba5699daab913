// SPDX-License-Identifier: Apache-2.0
// Moments and dates as a test writes them.
#pragma once

#include "core/time.h"

namespace taara {

inline Time utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0, int second = 0) {
  return date::sys_days{date::year{year} / date::month{month} / date::day{day}} + std::chrono::hours{hour} +
         std::chrono::minutes{minute} + seconds{second};
}

inline date::local_days date_of(int year, unsigned month, unsigned day) {
  return date::local_days{date::year{year} / date::month{month} / date::day{day}};
}

}  // namespace taara
