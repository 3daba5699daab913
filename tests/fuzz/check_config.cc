// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>

#include "core/config_schema.h"
#include "core/yaml_text.h"
#include "fuzz/rules.h"
#include "io/yaml_tree.h"

namespace taara::fuzz {
namespace {

using std::chrono::days;

// Nothing of the disk: secrets are there unless their path says otherwise. Three zones: looking through all of them for
// a similar name takes longer than the rest.
const date::time_zone* zone_named(const std::string& name) {
  static const std::array<const date::time_zone*, 3> zones{
      date::locate_zone("Africa/Nairobi"), date::locate_zone("Europe/Berlin"), date::locate_zone("UTC")};
  const auto* const found =
      std::find_if(zones.begin(), zones.end(), [&](const auto* zone) { return zone->name() == name; });
  return found == zones.end() ? nullptr : *found;
}

ConfigSurroundings surroundings() {
  const auto there = [](const std::string& path) -> Result<void> {
    if (path.find("absent") != std::string::npos) return Error{Errc::not_found, "cannot be found"};
    return {};
  };
  return {.folder = "/etc/taara",
          .zone = zone_named,
          .zone_names =
              [] {
                return std::vector<std::string_view>{"Africa/Nairobi", "Europe/Berlin", "UTC"};
              },
          .check_secret = there,
          .credential_path = [](const std::string& name) -> Result<std::string> { return "/run/credentials/" + name; },
          .sealed_names = [](const Sealed&) -> Result<std::vector<std::string>> {
            return std::vector<std::string>{"home.passcode", "cottage.password"};
          }};
}

bool same(const ConfigNode& a, const ConfigNode& b) {
  return a.kind == b.kind && a.text == b.text &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same) &&
         std::equal(
             a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
             [](const ConfigEntry& x, const ConfigEntry& y) { return x.key == y.key && same(x.value, y.value); });
}

void must_keep_secrets(const ConfigNode& node, const std::vector<ConfigProblem>& problems, std::string_view file) {
  for (const ConfigNode& item : node.items) must_keep_secrets(item, problems, file);
  for (const ConfigEntry& entry : node.entries) {
    must_keep_secrets(entry.value, problems, file);
    if (entry.key == "passcode" || entry.key == "password") must_be_kept(entry.value.text, problems, file);
  }
}

void check_household(const Household& home) {
  must(!home.name.empty() && home.name.size() <= 63, "a household's name");
  must(home.zone != nullptr, "a household without a time zone");
  must(!home.url.empty() && home.url.back() != '/', "a URL that ends with a slash");
  must(home.url.starts_with("https://") || home.url.starts_with("http://"), "a URL of another kind");
  must(!home.plan.allocation || (*home.plan.allocation > Bytes{0} && *home.plan.allocation <= kMaxPlausible),
       "an allocation that no plan has");
  must(home.plan.length >= days(1) && home.plan.length <= days(366) && home.plan.day >= 1 && home.plan.day <= 31,
       "a cycle that no plan has");
  const Thresholds& limits = home.thresholds;
  must(limits.used >= 0.01 && limits.used <= 1 && limits.today >= 0.01 && limits.today <= 2 &&
           limits.crossing >= 0.01 && limits.crossing <= 0.99,
       "a threshold outside its range");
  must(home.digest.hour < 24 && home.digest.weekday < 7, "an hour or weekday that there isn't");
  must(home.speed_bits_per_second > 0, "a line without speed");
  must(home.account.secret_file.empty() != home.account.sealed_name.empty(), "a login without a secret, or with two");
}

void check_good(const Config& config) {
  must(!config.households.empty() && !config.listen.empty(), "good, and nothing in it");
  std::set<std::string_view> names;
  for (const Household& home : config.households) {
    check_household(home);
    must(names.insert(home.name).second, "two households of one name");
  }
  must(config.polling.interval >= config.polling.min_interval && config.polling.min_interval >= seconds{60} &&
           config.polling.interval <= std::chrono::hours{24},
       "an interval outside its range");
  must(config.polling.connect_timeout > seconds{0} && config.polling.timeout >= config.polling.connect_timeout,
       "timeouts that can't be");
  must(config.store.path.starts_with('/') && config.store.readings > days(0) && config.store.days > days(0),
       "a store that keeps nothing");
  for (const ListenAddress& address : config.listen) must(address.port < 65'536, "a port that there isn't");
}

}  // namespace

void check_config(Input input) {
  const std::string text(text_of(input));
  auto parsed = parse_yaml(text);
  if (!parsed.tree) {
    must_be_told_well(parsed.problems, text);
    for (const ConfigProblem& problem : parsed.problems)
      must(problem.text.find(kCanary) == std::string::npos, "a fault of the text repeats a piece of it");
    return;
  }
  const ConfigNode& tree = *parsed.tree;
  if (parsed.problems.empty() && (tree.kind == ConfigNode::Kind::map || tree.kind == ConfigNode::Kind::list)) {
    const auto again = parse_yaml(yaml_text(tree));
    must(again.tree && again.problems.empty() && same(tree, *again.tree), "written and read again it is another tree");
  }
  static const ConfigSurroundings world = surroundings();
  const auto read = read_config(tree, world, parsed.problems);
  if (const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&read)) {
    must_be_told_well(*problems, text);
    must_keep_secrets(tree, *problems, text);
  } else {
    must(parsed.problems.empty(), "good, with a key that stands twice");
    check_good(std::get<Config>(read));
  }
}

}  // namespace taara::fuzz
