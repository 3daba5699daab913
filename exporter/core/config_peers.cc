// SPDX-License-Identifier: Apache-2.0
#include "core/config_peers.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/host_name.h"
#include "core/in_quotes.h"
#include "core/ip_address.h"
#include "core/label.h"

namespace taara {
namespace {

constexpr std::size_t kMostPeers = 10'000;
constexpr std::size_t kMostLabels = 16;
constexpr std::size_t kMostNameBytes = 64;
constexpr std::string_view kListAllowed =
    "a list of at most 10000 exporters, each an address such as 10.0.0.7:10077 or a map with address and labels";
constexpr std::string_view kAddressAllowed =
    "host and port alone, such as 10.0.0.7:10077, [fd00::7]:10077 or taara-7.example.net:10077; http:// or https:// is "
    "said by the scheme in prometheus.yml";
constexpr std::string_view kNameAllowed =
    "letters, digits and _, not first a digit and not first __, at most 64 bytes, such as region";
constexpr std::string_view kValueAllowed = "a text of 1 to 128 bytes without line breaks, such as west";

// Labels of our own series, and those that Prometheus, the rules or Alertmanager give a meaning.
constexpr auto kTaken = std::to_array<std::string_view>(
    {"alertname", "alertstate", "code",   "compiler", "day",    "direction", "event",  "field",
     "handler",   "household",  "job",    "kind",     "le",     "level",     "mode",   "occasion",
     "op",        "plan",       "result", "severity", "source", "status",    "version"});

// In one form, so that the same address is found twice: names in small letters, IPv6 as ip_text() writes it.
std::optional<std::string> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_port(text.substr(colon + 1))) return std::nullopt;
  const std::string_view host = text.substr(0, colon);
  const std::string port(text.substr(colon));
  if (host.starts_with('[') && host.ends_with(']')) {
    const auto v6 = parse_ipv6(host.substr(1, host.size() - 2));
    if (!v6) return std::nullopt;
    return (v6->v6 ? "[" + ip_text(*v6) + "]" : ip_text(*v6)) + port;
  }
  if (const auto v4 = parse_ipv4(host)) return ip_text(*v4) + port;
  if (!is_host_name(host)) return std::nullopt;
  std::string lower(host);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower + port;
}

bool is_label_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= kMostNameBytes && !(name.front() >= '0' && name.front() <= '9') &&
         !name.starts_with("__") && std::all_of(name.begin(), name.end(), fits);
}

void read_labels(const ConfigValue& value, Peer& target, ConfigProblems& problems) {
  constexpr std::string_view kAllowed = "a map of at most 16 labels, such as {region: west}";
  const auto map = ConfigMap::of(value, kAllowed, problems);
  if (!map) return;
  const auto& entries = value.node->entries;
  if (entries.size() > kMostLabels)
    return problems.add(value, "found " + std::to_string(entries.size()) + " labels; allowed: at most 16");
  for (const ConfigEntry& entry : entries) {
    const ConfigValue at{&entry.value, key_below(value.key, entry.key)};
    const auto refuse_name = [&](std::string_view why) {
      problems.add(entry.line, entry.column, at.key, "found the label " + in_quotes(entry.key) + std::string(why));
    };
    if (!is_label_name(entry.key)) {
      refuse_name("; allowed: " + std::string(kNameAllowed));
    } else if (!is_free_label(entry.key)) {
      refuse_name(", which the exporter's series or the rules have already; allowed: another name, such as region");
    } else if (const auto text = text_of(at, Shown::no, kValueAllowed, problems)) {
      if (text->empty() || clean_label(*text) != *text) problems.unfit(at, Shown::no, kValueAllowed);
      target.labels.emplace_back(entry.key, *text);
    }
  }
  std::sort(target.labels.begin(), target.labels.end());
}

// The place of the address, for what is found out later.
std::optional<ConfigValue> read_peer(const ConfigValue& value, Peer& target, ConfigProblems& problems) {
  ConfigValue place = value;
  if (value.node->kind == ConfigNode::Kind::map) {
    auto map = ConfigMap::of(value, kAddressAllowed, problems);
    const auto address = map->need("address", "host and port, such as 10.0.0.7:10077");
    if (const auto labels = map->find("labels")) read_labels(*labels, target, problems);
    map->finish();
    if (!address) return std::nullopt;
    place = *address;
  }
  const auto text = text_of(place, Shown::no, kAddressAllowed, problems);
  if (!text) return std::nullopt;
  auto address = parse_address(*text);
  if (!address) {
    problems.unfit(place, Shown::no, kAddressAllowed);  // a user and a password may stand in it
    return std::nullopt;
  }
  target.address = *std::move(address);
  return place;
}

}  // namespace

bool is_free_label(std::string_view name) { return std::find(kTaken.begin(), kTaken.end(), name) == kTaken.end(); }

std::vector<Peer> read_peers(const ConfigValue& value, ConfigProblems& problems) {
  std::vector<Peer> peers;
  const auto& items = value.node->items;
  if (value.node->kind != ConfigNode::Kind::list) {
    problems.unfit(value, Shown::no, kListAllowed);
    return peers;
  }
  if (items.size() > kMostPeers) {
    problems.add(value, "found " + std::to_string(items.size()) + " exporters; allowed: at most 10000");
    return peers;
  }
  std::unordered_map<std::string, int> line_of_address;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Peer peer;
    const auto place = read_peer({&items[i], item_of(value.key, i)}, peer, problems);
    if (!place) continue;
    const auto [first, is_new] = line_of_address.emplace(peer.address, place->node->line);
    if (!is_new)
      problems.add(*place, "found the address " + peer.address + " a second time (first in line " +
                               std::to_string(first->second) + "); allowed: each once");
    peers.push_back(std::move(peer));
  }
  return peers;
}

}  // namespace taara
