// SPDX-License-Identifier: Apache-2.0
#include "line_sim/router_answers.h"

#include "line_sim/taara_answers.h"
#include "line_sim/time_text.h"

namespace taara::line_sim {
namespace {

constexpr std::int64_t kMebibyte = 1 << 20;

}  // namespace

std::string usage_body(const RouterUsage& usage, std::span<const ActiveFault> faults) {
  const Meter meter = spoilt_meter(usage.meter, faults, &ActiveFault::month_then);
  std::int64_t allocated = meter.allocation / kMebibyte;
  std::int64_t used = meter.used / kMebibyte;
  std::int64_t remaining = allocated - used;
  if (find_fault(faults, Fault::unit_switch) != nullptr) {
    allocated *= 1024;
    used *= 1024;
    remaining *= 1024;
  }
  if (find_fault(faults, Fault::constant_zero) != nullptr) allocated = used = remaining = 0;

  std::string body =
      R"({"firmware":"7.14.2","uptime_s":)" + std::to_string((usage.now - kEarliest).count() % 2'592'000) +
      R"(,"wan":{"interface":"ether1","ip":"100.64.)" + std::to_string(usage.household / 250 % 250) + '.' +
      std::to_string(usage.household % 250) + R"(","state":"up"},"clients":)" + std::to_string(usage.clients) +
      R"(,"total_used_mb":)" + std::to_string(used) + R"(,"remaining_mb":)" + std::to_string(remaining) +
      R"(,"total_allocated_mb":)" + std::to_string(allocated) + R"(,"cycle_reset_day":)" +
      std::to_string(usage.cycle_day) + R"(,"last_update":")" + iso_text(usage.now) + R"(","signal_dbm":-61})";
  edit_fields(body, faults, {"total_used_mb", "total_used_mb", "remaining_mb", ""});
  return body;
}

std::string status_body(seconds session_left, Time now) {
  return R"({"status":"ok","session_seconds_left":)" + std::to_string(session_left.count()) + R"(,"time":")" +
         iso_text(now) + "\"}";
}

}  // namespace taara::line_sim
