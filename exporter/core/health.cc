// SPDX-License-Identifier: Apache-2.0
#include "core/health.h"

#include <numeric>

#include "core/snapshot.h"

namespace taara {
namespace {

LineStatus status_of(const HouseholdView& view) {
  const auto& polls = view.counters.polls;
  if (std::accumulate(polls.begin(), polls.end(), std::uint64_t{0}) == 0) return LineStatus::waiting;
  if (view.last_poll_usable) return LineStatus::ok;
  return view.polling.login_rejections > 0 ? LineStatus::credentials_rejected : LineStatus::failing;
}

PartHealth part(bool ok, const PartHealth& before, bool known, Time now) {
  return {ok, known && before.ok == ok ? before.since : now};
}

}  // namespace

Health health_of(const Snapshot& next, const Snapshot& before, Time now) {
  Health health;
  health.lines.reserve(next.households.size());
  std::size_t old = 0;  // both are sorted by name
  for (const auto& view : next.households) {
    const std::string& name = view->household->name;
    while (old < before.households.size() && before.households[old]->household->name < name) ++old;
    const bool known = old < before.health.lines.size() && before.households[old]->household->name == name;
    const LineStatus status = status_of(*view);
    const bool same = known && before.health.lines[old].status == status;
    health.lines.push_back({status, same ? before.health.lines[old].since : now});
  }
  health.store = part(next.store.writable, before.health.store, before.ready, now);
  health.clock = part(next.clock_trusted, before.health.clock, before.ready, now);
  health.configuration = part(next.config_ok, before.health.configuration, before.ready, now);
  return health;
}

}  // namespace taara
