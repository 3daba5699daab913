// SPDX-License-Identifier: Apache-2.0
// The simulated line as a whole: finds the household that a request is about, keeps its sessions, counts, and answers
// in the protocol of the cloud or of the router. No socket in here: requests come in as values. One thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "line_sim/household.h"
#include "line_sim/sim_clock.h"
#include "line_sim/wire.h"

namespace taara::line_sim {

enum class WrongLogin { status_401, status_403, html };
enum class ExpiredSession { html, redirect, status_401 };

struct LineSettings {
  unsigned households = 1;
  std::uint64_t seed = 1;
  std::int64_t allocation_gb = 1000;
  unsigned cycle_day = 1;
  bool punctual = false;
  std::uint64_t phone_base = 700'000'001;  // home-1's number
  std::string country_code = "254";
  std::string partner_id = "partner-1";
  std::string passcode = "1234";
  std::string username = "family";
  std::string password = "secret";
  seconds token_life{86'400};
  seconds session_life{3600};
  WrongLogin wrong_login = WrongLogin::status_401;
  ExpiredSession expired_session = ExpiredSession::html;
};

class Line {
 public:
  Line(LineSettings settings, SimClock& clock);

  // Everything outside /control/.
  [[nodiscard]] Wire answer(const Request& request);
  // Any answer of the simulation itself, without faults.
  [[nodiscard]] Wire plain(const Request& request, Answer answer);

  [[nodiscard]] const LineSettings& settings() const { return settings_; }
  [[nodiscard]] SimClock& clock() { return clock_; }
  [[nodiscard]] Household* household(std::uint64_t number);  // from 1; null when there is none
  [[nodiscard]] std::vector<Household>& households() { return households_; }
  Plan& plan(Household& household) { return household.plan(plan_rules_, clock_.now()); }
  Plan& month(Household& household) { return household.month(month_rules_, clock_.now()); }
  [[nodiscard]] const PlanRules& plan_rules() const { return plan_rules_; }
  [[nodiscard]] const PlanRules& month_rules() const { return month_rules_; }
  void add_fault(Household& household, ActiveFault fault);
  void expire_sessions(Household& household);
  [[nodiscard]] bool has_valid_session(const Household& household) const;
  [[nodiscard]] bool tls_silent() const;  // a TLS hello can't say whose it is: household 1's fault holds for all
  [[nodiscard]] std::uint64_t requests() const { return requests_; }

 private:
  struct Session {
    unsigned household;
    Time expires;
    unsigned reads = 0;
  };
  // A request once it is known whose it is.
  struct Visit {
    Household* household = nullptr;
    std::vector<ActiveFault> faults;
    [[nodiscard]] bool has(Fault fault) const { return find_fault(faults, fault) != nullptr; }
  };

  [[nodiscard]] Visit visit(Household* household, Exchange exchange, const Request& request);
  [[nodiscard]] Wire finish(const Request& request, const Visit& visit, Answer answer);
  [[nodiscard]] Wire finish_login(const Request& request, const Visit& visit, bool accepted, Answer good, Answer bad);
  [[nodiscard]] Session* session(std::string_view key);
  void open_session(Household& household, const std::string& key, seconds life);
  void end_session(std::string_view key);

  [[nodiscard]] Wire taara_login(const Request& request);
  [[nodiscard]] Wire taara_bundle(const Request& request);
  [[nodiscard]] Wire taara_logout(const Request& request, std::string_view subscriber);
  [[nodiscard]] Wire taara_hotspot(const Request& request);
  [[nodiscard]] Wire router(const Request& request);
  [[nodiscard]] Wire router_login(const Request& request, Household& household);
  [[nodiscard]] Wire router_page(const Request& request, Household& household, Exchange exchange);
  [[nodiscard]] Answer router_refusal(unsigned household) const;

  LineSettings settings_;
  PlanRules plan_rules_;
  PlanRules month_rules_;
  SimClock& clock_;
  std::vector<Household> households_;
  std::unordered_map<std::string, Session> sessions_;
  std::uint64_t serial_ = 0;  // of tokens and cookies
  std::uint64_t requests_ = 0;
  Arsenal arsenal_;
};

}  // namespace taara::line_sim
