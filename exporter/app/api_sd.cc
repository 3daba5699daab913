// SPDX-License-Identifier: Apache-2.0
// Whom Prometheus may scrape, in the form of its http_sd (https://prometheus.io/docs/prometheus/latest/http_sd/): the
// whole list at once, an empty one where there is nobody.
#include <algorithm>

#include "app/api_endpoints.h"
#include "core/listen_address.h"

namespace taara {
namespace {

// Where nobody said whom to list: this exporter, at the first address that tells others something. Any free port, and
// all of a machine's addresses at once, don't.
std::vector<Peer> itself(const Config& started_with) {
  const auto& listen = started_with.listen;
  const auto told = std::find_if(listen.begin(), listen.end(), [](const ListenAddress& address) {
    return address.port != 0 && address.host != "0.0.0.0" && address.host != "::";
  });
  if (told == listen.end()) return {};
  return {{address_text(*told), {}}};
}

void write_peer(JsonWriter& json, const Peer& peer) {
  json.begin_object();
  json.key("targets");
  json.begin_array();
  json.value(peer.address);
  json.end_array();
  json.key("labels");
  json.begin_object();
  for (const auto& [name, value] : peer.labels) json.member(name, value);
  json.end_object();
  json.end_object();
}

}  // namespace

ApiAnswer answer_sd(const ApiCall& call) {
  return ApiWhole{[snapshot = call.snapshot, started_with = call.started_with](JsonWriter& json) {
    const Config none;
    const Config& config = snapshot->config ? *snapshot->config : none;
    json.begin_array();
    if (config.peers)
      for (const Peer& peer : *config.peers) write_peer(json, peer);
    else
      for (const Peer& peer : itself(started_with ? *started_with : config)) write_peer(json, peer);
    json.end_array();
  }};
}

}  // namespace taara
