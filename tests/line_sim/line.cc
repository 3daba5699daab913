// SPDX-License-Identifier: Apache-2.0
#include "line_sim/line.h"

#include <algorithm>

namespace taara::line_sim {
namespace {

constexpr std::size_t kSessionsPerHousehold = 8;

}  // namespace

std::string_view name_of(Exchange exchange) {
  switch (exchange) {
    case Exchange::login:
      return "login";
    case Exchange::read:
      return "read";
    case Exchange::status:
      return "status";
    case Exchange::logout:
      return "logout";
    case Exchange::config:
      return "config";
  }
  return "";
}

Line::Line(LineSettings settings, SimClock& clock) : settings_(std::move(settings)), clock_(clock) {
  constexpr std::int64_t kBytesPerGb = 1'000'000'000;
  constexpr std::int64_t kRouterBytesPerGb = 1'099'511'628;  // the ISP's documents: 1 TB = 1 048 576 MB
  plan_rules_ = {CycleKind::plan, settings_.allocation_gb * kBytesPerGb, settings_.cycle_day, settings_.punctual};
  month_rules_ = {CycleKind::monthly, settings_.allocation_gb * kRouterBytesPerGb, settings_.cycle_day,
                  settings_.punctual};
  households_.reserve(settings_.households);
  for (unsigned number = 1; number <= settings_.households; ++number) households_.emplace_back(settings_.seed, number);
}

Household* Line::household(std::uint64_t number) {
  return number >= 1 && number <= households_.size() ? &households_[number - 1] : nullptr;
}

Wire Line::answer(const Request& request) {
  ++requests_;
  const std::string_view path = request.path;
  constexpr std::string_view kLogout = "/v1/users/subscriber/logout/";
  if (path == "/v1/users/subscriber/login" && request.method == "POST") return taara_login(request);
  if (path == "/v1/customers/get-customer-bundle" && request.method == "GET") return taara_bundle(request);
  if (path.starts_with(kLogout) && request.method == "GET") return taara_logout(request, path.substr(kLogout.size()));
  if (path == "/v1/hotspot/GetHotspotConfig" && request.method == "GET") return taara_hotspot(request);
  if (path.starts_with("/r/")) return router(request);
  if (path == "/healthz") return plain(request, {200, "text/plain", "ok\n", {}});
  return plain(request, message(404, "Cannot " + request.method + " this path"));
}

Wire Line::plain(const Request& request, Answer answer) {
  return to_wire(std::move(answer), {clock_.now(), request.keep_alive, request.path, 1, {}}, arsenal_);
}

Line::Visit Line::visit(Household* household, Exchange exchange, const Request& request) {
  Visit visit;
  visit.household = household;
  if (household == nullptr) return visit;
  Tally& tally = household->tally;
  ++tally.requests;
  if (tally.last_connection != request.connection) ++tally.connections;
  tally.last_connection = request.connection;
  tally.arrivals.push_back({clock_.now_ms(), exchange});
  if (tally.arrivals.size() > kArrivalsKept) tally.arrivals.pop_front();
  visit.faults = household->faults.take(exchange);
  return visit;
}

Wire Line::finish(const Request& request, const Visit& visit, Answer answer) {
  const double luck = chance_ratio(settings_.seed, visit.household == nullptr ? 0 : visit.household->number(), 300,
                                   static_cast<std::int64_t>(requests_));
  return to_wire(std::move(answer), {clock_.now(), request.keep_alive, request.path, luck, visit.faults}, arsenal_);
}

Wire Line::finish_login(const Request& request, const Visit& visit, bool accepted, Answer good, Answer bad) {
  if (visit.household != nullptr) {
    const bool spoilt = visit.has(Fault::login_401) || visit.has(Fault::login_html) || visit.has(Fault::locked) ||
                        visit.has(Fault::status);
    ++(accepted && !spoilt ? visit.household->tally.logins : visit.household->tally.login_failures);
  }
  return finish(request, visit, accepted ? std::move(good) : std::move(bad));
}

void Line::add_fault(Household& household, ActiveFault fault) {
  if (fault.fault == Fault::same_data || fault.fault == Fault::meter_zero) {
    fault.plan_then = plan(household).meter();
    fault.month_then = month(household).meter();
  }
  household.faults.add(std::move(fault));
}

Line::Session* Line::session(std::string_view key) {
  const auto found = sessions_.find(std::string(key));
  if (found == sessions_.end() || found->second.expires <= clock_.now()) return nullptr;
  return &found->second;
}

void Line::open_session(Household& household, const std::string& key, seconds life) {
  sessions_[key] = {household.number(), clock_.now() + life, 0};
  household.sessions.push_back(key);
  if (household.sessions.size() > kSessionsPerHousehold) {
    sessions_.erase(household.sessions.front());
    household.sessions.pop_front();
  }
}

void Line::end_session(std::string_view key) {
  const auto found = sessions_.find(std::string(key));
  if (found == sessions_.end()) return;
  std::erase(household(found->second.household)->sessions, found->first);
  sessions_.erase(found);
}

void Line::expire_sessions(Household& household) {
  for (const std::string& key : household.sessions) sessions_.erase(key);
  household.sessions.clear();
}

bool Line::tls_silent() const { return find_fault(households_.front().faults.active(), Fault::tls_silent) != nullptr; }

bool Line::has_valid_session(const Household& household) const {
  return std::any_of(household.sessions.begin(), household.sessions.end(), [&](const std::string& key) {
    const auto found = sessions_.find(key);
    return found != sessions_.end() && found->second.expires > clock_.now();
  });
}

}  // namespace taara::line_sim
