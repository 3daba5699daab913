// SPDX-License-Identifier: Apache-2.0
#include "line_sim/control.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <functional>

#include "line_sim/history.h"
#include "line_sim/json_text.h"
#include "line_sim/time_text.h"

namespace taara::line_sim {
namespace {

Answer refused(std::string_view why) { return message(400, why); }
Answer done() { return message(200, "done"); }

std::optional<std::string_view> param(const Request& request, std::string_view name) {
  const std::string* const found = request.param(name);
  return found == nullptr ? std::nullopt : std::optional<std::string_view>(*found);
}

template <class Number>
std::optional<Number> number(std::optional<std::string_view> text) {
  Number value{};
  if (!text || text->empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  return error == std::errc{} && end == text->data() + text->size() ? std::optional(value) : std::nullopt;
}

// household=N, home-N or all (also when it isn't said).
Result<std::vector<Household*>> chosen(Line& line, const Request& request) {
  std::string_view text = param(request, "household").value_or("all");
  std::vector<Household*> out;
  if (text == "all") {
    for (Household& one : line.households()) out.push_back(&one);
    return out;
  }
  if (text.starts_with("home-")) text.remove_prefix(5);
  Household* const one = line.household(number<std::uint64_t>(text).value_or(0));
  if (one == nullptr)
    return Error{Errc::not_found,
                 "household is a number from 1 to " + std::to_string(line.households().size()) + " or all"};
  out.push_back(one);
  return out;
}

boost::json::object meter_json(const Plan& plan) {
  const Meter& meter = plan.meter();
  return {{"active", meter.active},
          {"allocation", meter.allocation},
          {"used", meter.used},
          {"remaining", meter.remaining()},
          {"purchased_at", meter.purchased.time_since_epoch().count()},
          {"expires", meter.expires.time_since_epoch().count()},
          {"total_consumed", plan.consumed()},
          {"counting_since", plan.counting_since().time_since_epoch().count()},
          {"frozen", plan.frozen()}};
}

Answer state(Line& line, const Request& request) {
  const std::string_view text = param(request, "household").value_or("1");
  Household* const one =
      line.household(number<std::uint64_t>(text.starts_with("home-") ? text.substr(5) : text).value_or(0));
  if (one == nullptr) return message(404, "no such household");
  boost::json::array arrivals;
  for (const Arrival& arrival : one->tally.arrivals) {
    const auto at = static_cast<double>(arrival.at.time_since_epoch().count()) / 1000;
    arrivals.push_back({{"at", at}, {"exchange", name_of(arrival.exchange)}});
  }
  boost::json::array faults;
  for (const ActiveFault& fault : one->faults.active()) {
    boost::json::object shown{{"name", all_faults()[static_cast<std::size_t>(fault.fault)].name},
                              {"value", fault.value}};
    if (fault.left) shown["left"] = *fault.left;
    faults.push_back(std::move(shown));
  }
  const Tally& tally = one->tally;
  const boost::json::object body{{"household", one->number()},
                                 {"name", "home-" + std::to_string(one->number())},
                                 {"now", line.clock().now().time_since_epoch().count()},
                                 {"requests", tally.requests},
                                 {"logins", tally.logins},
                                 {"login_failures", tally.login_failures},
                                 {"reads", tally.reads},
                                 {"logouts", tally.logouts},
                                 {"connections", tally.connections},
                                 {"session_valid", line.has_valid_session(*one)},
                                 {"all_requests", line.requests()},
                                 {"plan", meter_json(line.plan(*one))},
                                 {"month", meter_json(line.month(*one))},
                                 {"faults", std::move(faults)},
                                 {"arrivals", std::move(arrivals)}};
  Answer answer;
  answer.body = boost::json::serialize(body);
  return answer;
}

Answer add_fault(Line& line, const Request& request) {
  const Result<std::vector<Household*>> whom = chosen(line, request);
  if (!whom) return refused(whom.error().what);
  const Result<ActiveFault> fault = make_fault(
      {param(request, "name").value_or(""), param(request, "value"), param(request, "count"), param(request, "on")});
  if (!fault) return refused(fault.error().what);
  for (Household* const one : whom.value()) line.add_fault(*one, fault.value());
  return done();
}

// Does one thing to both meters of every chosen household.
Answer to_meters(Line& line, const Request& request, const std::function<bool(Plan&)>& act) {
  const Result<std::vector<Household*>> whom = chosen(line, request);
  if (!whom) return refused(whom.error().what);
  bool fits = true;
  for (Household* const one : whom.value()) {
    fits = act(line.plan(*one)) && fits;
    fits = act(line.month(*one)) && fits;
  }
  return fits ? done() : refused("the amount lies outside the allocation");
}

Answer with_bytes(Line& line, const Request& request, const std::function<void(Plan&, std::int64_t)>& act) {
  const auto bytes = number<std::int64_t>(param(request, "bytes"));
  if (!bytes || *bytes < 0 || *bytes > kMaxPlausible.count) return refused("bytes is a number from 0 to 10^15");
  return to_meters(line, request, [&](Plan& plan) {
    act(plan, *bytes);
    return true;
  });
}

Answer set_balance(Line& line, const Request& request) {
  const auto used = number<std::int64_t>(param(request, "used"));
  const auto remaining = number<std::int64_t>(param(request, "remaining"));
  if (used.has_value() == remaining.has_value()) return refused("set takes either used=BYTES or remaining=BYTES");
  if (used.value_or(0) < 0 || remaining.value_or(0) < 0) return refused("the amount lies outside the allocation");
  return to_meters(line, request,
                   [&](Plan& plan) { return plan.set_used(used ? *used : plan.meter().allocation - *remaining); });
}

Answer freeze(Line& line, const Request& request) {
  const std::string_view on = param(request, "on").value_or("1");
  if (on != "0" && on != "1") return refused("on is 1 or 0");
  return to_meters(line, request, [&](Plan& plan) {
    plan.freeze(on == "1");
    return true;
  });
}

Answer clock_hand(Line& line, const Request& request) {
  SimClock& clock = line.clock();
  if (const auto text = param(request, "advance")) {
    const auto by = number<std::int64_t>(text);
    constexpr std::int64_t kFarthest = 80LL * 366 * 86'400;
    if (!by || *by < -kFarthest || *by > kFarthest) return refused("advance is a number of seconds");
    const Time to = clock.now() + seconds{*by};
    if (to < kEarliest || to > kLatest) return refused("the clock goes from 2020-03-01 to 2100");
    clock.set(to);
  }
  if (const auto text = param(request, "set")) {
    const Result<Time> to = parse_time(*text);
    if (!to) return refused(to.error().what);
    clock.set(to.value());
  }
  if (const auto text = param(request, "speed")) {
    const auto speed = number<double>(text);
    if (!speed || !(*speed >= 0 && *speed <= 1e6)) return refused("speed is a number from 0 to 1000000");
    clock.set_speed(*speed);
  }
  Answer answer;
  answer.body = R"({"now":)" + std::to_string(clock.now().time_since_epoch().count()) + "}";
  return answer;
}

Answer history(Line& line, const Request& request) {
  const std::string_view step = param(request, "step").value_or("1h");
  const Result<HistorySpan> span =
      parse_history_span(param(request, "from").value_or(""), param(request, "to").value_or(""), step);
  if (!span) return refused(span.error().what);
  const Result<std::vector<Household*>> whom = chosen(line, request);
  if (!whom) return refused(whom.error().what);
  const auto rows = (span.value().to - span.value().from) / span.value().step;
  if (rows * static_cast<std::int64_t>(whom.value().size()) > kMaxHistoryRows)
    return refused("that is more than 5000000 rows: ask for fewer households");
  const PlanRules& rules = param(request, "source") == "router" ? line.month_rules() : line.plan_rules();
  Answer answer;
  answer.content_type = "text/csv";
  answer.body = kHistoryHeader;
  for (const Household* const one : whom.value())
    answer.body += history_rows(line.settings(), rules, one->number(), span.value());
  return answer;
}

}  // namespace

Answer control(Line& line, const Request& request) {
  struct Route {
    std::string_view path;
    std::string_view method;
    Answer (*act)(Line&, const Request&);
  };
  constexpr std::array kRoutes{
      Route{"state", "GET", state},
      Route{"history", "GET", history},
      Route{"fault", "POST", add_fault},
      Route{"set", "POST", set_balance},
      Route{"freeze", "POST", freeze},
      Route{"clock", "POST", clock_hand},
      Route{"clock", "GET", clock_hand},
      Route{"topup", "POST",
            [](Line& all, const Request& what) {
              return with_bytes(all, what, [](Plan& plan, std::int64_t bytes) { plan.top_up(bytes); });
            }},
      Route{"usage", "POST",
            [](Line& all, const Request& what) {
              return with_bytes(all, what, [](Plan& plan, std::int64_t bytes) { plan.use(bytes); });
            }},
      Route{"renew", "POST",
            [](Line& all, const Request& what) {
              return to_meters(all, what, [](Plan& plan) { return plan.renew(), true; });
            }},
      Route{"clear", "POST",
            [](Line& all, const Request& what) {
              const Result<std::vector<Household*>> whom = chosen(all, what);
              if (!whom) return refused(whom.error().what);
              for (Household* const one : whom.value()) one->faults.clear();
              return done();
            }},
      Route{"expire_tokens", "POST",
            [](Line& all, const Request& what) {
              const Result<std::vector<Household*>> whom = chosen(all, what);
              if (!whom) return refused(whom.error().what);
              for (Household* const one : whom.value()) all.expire_sessions(*one);
              return done();
            }},
  };
  constexpr std::string_view kPrefix = "/control/";
  const std::string_view path = std::string_view(request.path).substr(std::min(kPrefix.size(), request.path.size()));
  bool known = false;
  for (const Route& route : kRoutes) {
    if (route.path != path) continue;
    known = true;
    if (route.method == request.method) return route.act(line, request);
  }
  return known ? message(405, "what changes something is a POST, what shows something a GET")
               : message(404, "no such control; see --help");
}

std::string_view control_help() {
  return R"(Control, on the same port (household=N, home-N or all; all when left out):
  GET  /control/state?household=N                  counters, meters, faults, arrivals as JSON
  GET  /control/history?household=N&from=T&to=T[&step=1h][&source=router]
  POST /control/fault?household=N&name=NAME[&value=V][&count=K][&on=login|read|status|logout|config|all]
  POST /control/clear?household=N                  no more faults
  POST /control/topup?household=N&bytes=B          the allocation grows
  POST /control/renew?household=N                  a new cycle now
  POST /control/set?household=N&remaining=B        or used=B
  POST /control/usage?household=N&bytes=B          uses that much at once
  POST /control/freeze?household=N&on=1            nothing is used any more; on=0 ends it
  POST /control/expire_tokens?household=N          every session is invalid
  POST /control/clock?advance=SECONDS              or set=TIME, or speed=X; GET shows the time
A clock that goes back leaves the meters where they are until it has caught up.
)";
}

}  // namespace taara::line_sim
