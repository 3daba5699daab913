// SPDX-License-Identifier: Apache-2.0
#include "app/probe.h"

#include <ostream>
#include <string>
#include <tuple>

#include "app/line_sources.h"
#include "app/probe_text.h"
#include "io/line_reply.h"
#include "io/request_text.h"
#include "io/router_mapping.h"
#include "io/router_reply.h"
#include "io/taara_reply.h"

namespace taara {
namespace {

HttpResult ask(const HttpRequest& request, const Carrier& carry, std::ostream& out) {
  out << shape_of(request) << (request.is_login ? "  (log in)\n" : "\n");
  HttpResult result = carry(request);
  tell_answer(result, out);
  return result;
}

// The partner id is in the login request of the portal's page; it may be in this answer too.
void look_for_partner_id(const Household& household, const Carrier& carry, std::ostream& out) {
  out << "No partner_id is configured. Trying once whether the line tells it:\n";
  const auto result = ask(hotspot_request(household.url, household.account.hotspot_id), carry, out);
  const auto* reply = std::get_if<HttpReply>(&result);
  const auto pointer = reply == nullptr || reply->status != 200 ? std::nullopt : partner_pointer(reply->body);
  if (pointer)
    out << "  It stands at " << *pointer << " of this answer: open the address in a browser and copy it.\n";
  else
    out << "  It does not. The portal's page sends it when you log in there: see the login request in the browser's\n"
           "  developer tools.\n";
}

// Shown for a body that is read through a mapping. The answer: another mapping that would have done better.
std::optional<Mapping> tell_router_body(const std::string& body, const Household& household, const Clock& clock,
                                        std::ostream& out) {
  tell_fields(body, out);
  const auto status = parse_usage(body, household.mapping, clock.wall(), household.zone).reading.status;
  const auto proposal = propose_mapping(body);
  if (!proposal || status == ReadingStatus::success) return {};
  const auto outcome = parse_usage(body, proposal->mapping, clock.wall(), household.zone);
  if (outcome.reading.status >= status) return {};
  out << "With the proposed mapping it would be:\n";
  tell_outcome(outcome, out);
  return proposal->mapping;
}

}  // namespace

HttpRequest hotspot_request(const std::string& line_url, std::string_view hotspot_id) {
  HttpRequest request;
  request.url = line_url + "/v1/hotspot/GetHotspotConfig?hotspotId=";
  append_percent_encoded(request.url, hotspot_id);
  request.headers = {{"Accept", "application/json"}};
  return request;
}

Probed probe(const std::shared_ptr<const Household>& household, const SecretReader& read_secret, const Carrier& carry,
             const Clock& clock, std::ostream& out) {
  const bool is_router = household->source == SourceKind::router;
  out << "Household " << household->name << ", source " << (is_router ? "router" : "taara") << "; nothing is stored.\n";
  if (!is_router && household->account.partner_id.empty()) look_for_partner_id(*household, carry, out);

  const auto source = make_line_source(household, read_secret);
  std::string body;  // of the last answer that was not to a login
  Step step = source->begin(clock.wall(), true);
  while (const auto* request = std::get_if<HttpRequest>(&step)) {
    const auto result = ask(*request, carry, out);
    if (const auto* reply = std::get_if<HttpReply>(&result); reply != nullptr && !request->is_login) body = reply->body;
    step = source->resume(result, clock.wall());
  }
  const auto& outcome = std::get<PollOutcome>(step);
  if (const auto goodbye = source->log_out()) std::ignore = ask(*goodbye, carry, out);

  tell_outcome(outcome, out);
  Probed probed{outcome.reading.usable(), outcome.reading.allocation, outcome.reading.error, std::nullopt};
  if (is_router && !body.empty()) probed.proposal = tell_router_body(body, *household, clock, out);
  return probed;
}

}  // namespace taara
