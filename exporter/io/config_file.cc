// SPDX-License-Identifier: Apache-2.0
#include "io/config_file.h"

#include <algorithm>

#include "core/config_path.h"
#include "core/config_schema.h"
#include "io/ca_file.h"
#include "io/credentials_folder.h"
#include "io/regular_file.h"
#include "io/sealed_reader.h"
#include "io/secret_file.h"
#include "io/time_zones.h"
#include "io/trusted_file.h"
#include "io/yaml_tree.h"

namespace taara {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxBytesPerFurtherHousehold = std::size_t{2} * 1024;
constexpr std::size_t kMaxBytesWhatever = std::size_t{32} * 1024 * 1024;

using Problems = std::vector<ConfigProblem>;

Problems whole_file(ConfigFault fault, std::string text) { return {{fault, 0, 0, "", std::move(text)}}; }

std::variant<std::string, Problems> read_text(const std::string& path) {
  auto file = RegularFile::open(path, Links::follow);
  if (file.has_error())
    return whole_file(file.error().code == Errc::permission ? ConfigFault::permission : ConfigFault::invalid,
                      file.error().what + "; name the configuration with --config.file");
  // Who can write it can send the passcodes anywhere.
  if (const auto trusted = check_trusted(*file); trusted.has_error())
    return whole_file(ConfigFault::permission, trusted.error().what);
  auto text = read_whole(*file, kMaxBytesWhatever, "has more than 32 MiB; that is no configuration");
  if (text.has_error()) return whole_file(ConfigFault::invalid, text.error().what);
  return *std::move(text);
}

std::size_t households_in(const ConfigNode& tree) {
  for (const auto& entry : tree.entries)
    if (entry.key == "households") return entry.value.items.size();
  return 0;
}

Result<void> check_secret(const std::string& path) {
  const auto secret = read_secret(path);
  if (secret.has_error()) return secret.error();
  return {};
}

// What it takes to know where secrets and authorities are, not what they hold.
ConfigSurroundings surroundings_of(const std::string& path) {
  return {.folder = folder_of(path),
          .zone = time_zone_named,
          .zone_names = time_zone_names,
          .check_secret = {},
          .check_authorities = {},
          .credential_path = [](const std::string& name) -> Result<std::string> { return name; },
          .sealed_names = {}};
}

std::variant<Config, Problems> load(const std::string& path, const ConfigSurroundings& surroundings) {
  auto text = read_text(path);
  if (auto* problems = std::get_if<Problems>(&text)) return std::move(*problems);
  const auto& content = std::get<std::string>(text);
  auto parsed = parse_yaml(content);
  if (!parsed.tree) return std::move(parsed.problems);

  const std::size_t further = std::max<std::size_t>(households_in(*parsed.tree), 1) - 1;
  if (content.size() > kMaxBytes + further * kMaxBytesPerFurtherHousehold)
    return whole_file(ConfigFault::invalid,
                      "has " + std::to_string(content.size()) +
                          " bytes; allowed: 64 KiB, and 2 KiB for each household after the first");
  return read_config(*parsed.tree, surroundings, std::move(parsed.problems));
}

}  // namespace

std::variant<Config, std::vector<ConfigProblem>> load_config(const std::string& path, SealedReader& sealed) {
  ConfigSurroundings surroundings = surroundings_of(path);
  surroundings.check_secret = check_secret;
  surroundings.check_authorities = check_ca_file;
  surroundings.credential_path = credential_path;
  surroundings.sealed_names = [&](const Sealed& place) { return sealed.names(place); };
  return load(path, surroundings);
}

std::variant<Config, std::vector<ConfigProblem>> load_config(const std::string& path) {
  SealedReader sealed;
  return load_config(path, sealed);
}

std::variant<Config, std::vector<ConfigProblem>> load_config_without_secrets(const std::string& path) {
  return load(path, surroundings_of(path));
}

}  // namespace taara
