// SPDX-License-Identifier: Apache-2.0
#include "core/config_schema.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/config_household.h"
#include "core/config_path.h"
#include "core/config_peers.h"
#include "core/config_reader.h"
#include "core/config_sealed.h"
#include "core/duration_text.h"
#include "core/line_url.h"
#include "core/listen_address.h"
#include "core/log_text.h"

namespace taara {
namespace {

using std::chrono::days;

constexpr std::size_t kMaxListenAddresses = 16;

const ConfigNode& place_of_name(const ConfigNode& household) {
  for (const auto& entry : household.entries)
    if (entry.key == "name") return entry.value;
  return household;
}

void read_households(const ConfigValue& value, const SealedSection* sealed, const ConfigSurroundings& surroundings,
                     Config& config, ConfigProblems& problems) {
  if (value.node->kind != ConfigNode::Kind::list || value.node->items.empty())
    return problems.unfit(value, Shown::no, "a list with at least one household");
  std::unordered_map<std::string, int> line_of_name;
  for (std::size_t i = 0; i < value.node->items.size(); ++i) {
    const ConfigValue item{&value.node->items[i], item_of(value.key, i)};
    auto household = read_household(item, sealed, surroundings, problems);
    const auto& place = place_of_name(*item.node);
    const auto [first, is_new] = line_of_name.emplace(household.name, place.line);
    if (!household.name.empty() && !is_new)
      problems.add({&place, key_below(item.key, "name")},
                   "found the name " + household.name + " a second time (first in line " +
                       std::to_string(first->second) + "); allowed: a name of its own for each household");
    config.households.push_back(std::move(household));
  }
}

auto whole_seconds(seconds least, seconds most) {
  return [=](const std::string& text) -> std::optional<seconds> {
    const auto duration = parse_duration(text);
    if (!duration || *duration < least || *duration > most || *duration % seconds(1) != milliseconds(0)) return {};
    return std::chrono::floor<seconds>(*duration);
  };
}

void read_polling(const ConfigValue& value, Polling& target, ConfigProblems& problems) {
  auto polling = ConfigMap::of(value, "a map with interval, min_interval, connect_timeout and timeout", problems);
  if (!polling) return;
  constexpr std::string_view kPace = "a whole number directly followed by s, m or h, from 60s to 24h, such as 10m";
  constexpr std::string_view kPatience = "a whole number directly followed by s or m, from 1s to 60s, such as 30s";
  const auto problems_before = problems.count();
  const auto pace = whole_seconds(std::chrono::minutes(1), std::chrono::hours(24));
  const auto patience = whole_seconds(seconds(1), seconds(60));
  polling->read("interval", target.interval, Shown::yes, kPace, pace);
  polling->read("min_interval", target.min_interval, Shown::yes, kPace, pace);
  polling->read("connect_timeout", target.connect_timeout, Shown::yes, kPatience, patience);
  polling->read("timeout", target.timeout, Shown::yes, kPatience, patience);
  if (problems.count() > problems_before) return polling->finish();  // a value that isn't one can't be compared

  const auto at = [&](std::string_view first, std::string_view second) {
    auto place = polling->find(first);
    return place ? *place : *polling->find(second);
  };
  if (target.interval < target.min_interval)
    problems.add(at("interval", "min_interval"),
                 "found an interval of " + duration_text(target.interval) + ", shorter than min_interval (" +
                     duration_text(target.min_interval) +
                     "); allowed: at least min_interval, which may be lowered at your own risk: the ISP might object");
  if (target.connect_timeout > target.timeout)
    problems.add(at("connect_timeout", "timeout"),
                 "found a connect_timeout of " + duration_text(target.connect_timeout) + ", longer than timeout (" +
                     duration_text(target.timeout) + "); allowed: at most timeout");
  polling->finish();
}

void read_store(const ConfigValue& value, const std::string& folder, StoreConfig& target, ConfigProblems& problems) {
  auto store = ConfigMap::of(value, "a map with path, readings, days and raw", problems);
  if (!store) return;
  store->read("path", target.path, Shown::yes, kPathAllowed,
              [&](const std::string& text) { return parse_config_path(text, folder); });
  const auto between = [](days least, days most) {
    return [=](const std::string& text) -> std::optional<days> {
      const auto kept = parse_retention(text);
      return kept && *kept >= least && *kept <= most ? kept : std::nullopt;
    };
  };
  constexpr std::string_view kLong = "a time from 31 days to 120 months, such as 12 months, 90 days or 90d";
  store->read("readings", target.readings, Shown::yes, kLong, between(days(31), days(3660)));
  store->read("days", target.days, Shown::yes, kLong, between(days(31), days(3660)));
  store->read("raw", target.raw, Shown::yes, "a time from 1 day to 12 months, such as 30 days or 30d",
              between(days(1), days(366)));
  store->finish();
  if (target.raw > target.readings)
    problems.add(value,
                 "found raw kept for longer than readings; allowed: at most as long, for a raw answer belongs to "
                 "its reading");
}

void read_listen_address(const ConfigValue& value, std::vector<ListenAddress>& target, ConfigProblems& problems) {
  const auto text = text_of(value, Shown::yes, "an address such as 127.0.0.1:10077", problems);
  if (!text) return;
  const auto address = parse_listen_address(*text);
  if (address.has_error()) return problems.add(value, address.error().what);
  if (address->port != 0 && std::find(target.begin(), target.end(), *address) != target.end())
    return problems.add(value, "found the same address a second time; allowed: each once");
  target.push_back(*address);
}

void read_web(const ConfigValue& value, Config& config, ConfigProblems& problems) {
  auto web = ConfigMap::of(value, "a map with listen_address, allow_public, grafana_url and peers", problems);
  if (!web) return;
  web->read("allow_public", config.allow_public, Shown::yes, "true or false",
            [](const std::string& text) -> std::optional<bool> {
              if (text != "true" && text != "false") return std::nullopt;
              return text == "true";
            });
  std::vector<ListenAddress>& target = config.listen;
  if (const auto grafana = web->find("grafana_url")) {
    if (const auto text = text_of(*grafana, Shown::no, "a URL such as https://grafana.example", problems)) {
      auto url = parse_page_url(*text);
      if (url.has_error())
        problems.add(*grafana, url.error().what);
      else
        config.grafana_url = *std::move(url);
    }
  }
  if (const auto listen = web->find("listen_address")) {
    target.clear();
    const auto& items = listen->node->items;
    if (listen->node->kind != ConfigNode::Kind::list) {
      read_listen_address(*listen, target, problems);
    } else if (items.empty() || items.size() > kMaxListenAddresses) {
      problems.unfit(*listen, Shown::yes, "an address such as 127.0.0.1:10077, or a list of 1 to 16 of them");
    } else {
      for (std::size_t i = 0; i < items.size(); ++i)
        read_listen_address({&items[i], item_of(listen->key, i)}, target, problems);
    }
  }
  if (const auto peers = web->find("peers")) config.peers = read_peers(*peers, problems);
  web->finish();
}

void read_log(const ConfigValue& value, Config& target, ConfigProblems& problems) {
  auto log = ConfigMap::of(value, "a map with level and format", problems);
  if (!log) return;
  log->read("level", target.log_level, Shown::yes, kLogLevelAllowed, log_level_named);
  log->read("format", target.log_format, Shown::yes, kLogFormatAllowed, log_format_named);
  log->finish();
}

}  // namespace

std::variant<Config, std::vector<ConfigProblem>> read_config(const ConfigNode& tree,
                                                             const ConfigSurroundings& surroundings,
                                                             std::vector<ConfigProblem> known) {
  Config config;
  ConfigProblems problems(std::move(known));
  const ConfigValue whole{&tree, ""};
  refuse_inline_secrets(whole, problems);
  if (auto top = ConfigMap::of(whole, "the keys households, sealed, polling, store, web and log", problems)) {
    std::optional<SealedSection> sealed;
    if (const auto section = top->find("sealed")) sealed = read_sealed(*section, surroundings, problems);
    if (const auto households = top->need("households", "a list with at least one household"))
      read_households(*households, sealed ? &*sealed : nullptr, surroundings, config, problems);
    if (const auto polling = top->find("polling")) read_polling(*polling, config.polling, problems);
    if (const auto store = top->find("store")) read_store(*store, surroundings.folder, config.store, problems);
    if (const auto web = top->find("web")) read_web(*web, config, problems);
    if (const auto log = top->find("log")) read_log(*log, config, problems);
    top->finish();
  }
  if (problems.count() > 0) return problems.take();
  return config;
}

}  // namespace taara
