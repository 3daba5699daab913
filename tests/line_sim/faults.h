// SPDX-License-Identifier: Apache-2.0
// Everything that the line can do wrong on purpose, by name. One table drives parsing, --list-faults and the tests.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "line_sim/plan.h"

namespace taara::line_sim {

// Kinds of requests; a fault strikes some of them.
enum class Exchange : unsigned { login = 1, read = 2, status = 4, logout = 8, config = 16 };
inline constexpr unsigned kAllExchanges = 31;

// In the order of the table in faults.cc.
enum class Fault {
  html_login,
  html_as_json,
  redirect,
  redirect_loop,
  redirect_file,
  bot_403,
  status,
  truncated_json,
  content_length_short,
  chunk_cut,
  empty,
  no_content_204,
  whitespace,
  trailing_garbage,
  two_documents,
  bom,
  gzip_bomb,
  chunked_flood,
  header_flood,
  body_exact_1mib,
  body_1mib_plus_1,
  deep_nesting,
  huge_array,
  huge_string,
  data_401_once,
  data_401_always,
  login_401,
  login_html,
  locked,
  other_session,
  counter_back,
  meter_zero,
  meter_zero_once,
  wrap32,
  balance_text,
  unit_switch,
  number_text,
  field_missing,
  field_renamed,
  duplicate_key,
  endpoint_404,
  endpoint_410,
  constant_zero,
  same_data,
  slow_body,
  slow_headers,
  bad_token,
  plan_name,
  cookie_flood,
  cl_and_te,
  double_cl,
  delay,
  wedge,
  rst_after_request,
  rst_after_headers,
  rst_in_body,
  silent,
  tls_silent,
  exact_disagrees,
  expires_text,
  purchase_missing,
  no_home_plan,
  two_home_plans,
  bonus_only_active,
  logout_hang,
  date_header,
};

struct FaultInfo {
  enum class Value { none, integer, decimal, text };
  Fault fault;
  std::string_view name;
  Value value;
  std::string_view usual;  // the value when none is given
  unsigned strikes;        // Exchange bits
  unsigned count;          // answers until it ends by itself; 0: never
  std::string_view ids;    // cases of the fault catalogue; "line" for the line's own contract
  std::string_view help;
};

[[nodiscard]] std::span<const FaultInfo> all_faults();

struct ActiveFault {
  Fault fault = Fault::silent;
  std::string value;
  unsigned strikes = kAllExchanges;
  std::optional<unsigned> left;  // answers; absent: until cleared
  Meter plan_then;               // what the meters showed when it was switched on
  Meter month_then;
};

struct FaultRequest {
  std::string_view name;
  std::optional<std::string_view> value;
  std::optional<std::string_view> count;
  std::optional<std::string_view> on;  // login, read, status, logout, config or all
};
// Checks name, value, count and place; the error says what is allowed.
[[nodiscard]] Result<ActiveFault> make_fault(const FaultRequest& request);

struct PlacedFault {
  ActiveFault fault;
  std::optional<unsigned> household;  // absent: all
};
// NAME[:VALUE][@HOUSEHOLD], where HOUSEHOLD is a number or "all".
[[nodiscard]] Result<PlacedFault> parse_fault_flag(std::string_view text);

// The faults of one household. The newest of a kind replaces the older one.
class FaultSet {
 public:
  void add(ActiveFault fault);
  void clear() { active_.clear(); }
  // Those that strike this exchange; each one's count goes down by one.
  [[nodiscard]] std::vector<ActiveFault> take(Exchange exchange);
  [[nodiscard]] const std::vector<ActiveFault>& active() const { return active_; }

 private:
  std::vector<ActiveFault> active_;
};

[[nodiscard]] const ActiveFault* find_fault(std::span<const ActiveFault> faults, Fault fault);
[[nodiscard]] std::string fault_list_text();

}  // namespace taara::line_sim
