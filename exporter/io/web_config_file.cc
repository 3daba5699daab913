// SPDX-License-Identifier: Apache-2.0
#include "io/web_config_file.h"

#include <algorithm>
#include <utility>

#include "core/config_path.h"
#include "core/web_config_schema.h"
#include "io/regular_file.h"
#include "io/secret_file.h"
#include "io/trusted_file.h"
#include "io/yaml_tree.h"

namespace taara {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1024} * 1024;
constexpr std::string_view kTlsKey = "tls_server_config";

using Problems = std::vector<ConfigProblem>;

Problems whole_file(ConfigFault fault, std::string text) { return {{fault, 0, 0, "", std::move(text)}}; }

struct Text {
  std::string text;
  bool readable_for_all = false;
};

std::variant<Text, Problems> read_text(const std::string& path) {
  auto file = RegularFile::open(path, Links::follow);
  if (file.has_error())
    return whole_file(file.error().code == Errc::permission ? ConfigFault::permission : ConfigFault::invalid,
                      file.error().what + "; name it with --web.config.file");
  // Who can write it can let himself in.
  if (const auto trusted = check_trusted(*file); trusted.has_error())
    return whole_file(ConfigFault::permission, trusted.error().what);
  auto text = read_whole(*file, kMostBytes, "has more than 1 MiB; that is no web configuration");
  if (text.has_error()) return whole_file(ConfigFault::invalid, text.error().what);
  return Text{*std::move(text), (file->status().st_mode & 04U) != 0};
}

const ConfigEntry* entry_of(const ConfigNode& node, std::string_view key) {
  const auto found =
      std::find_if(node.entries.begin(), node.entries.end(), [&](const auto& e) { return e.key == key; });
  return found == node.entries.end() ? nullptr : &*found;
}

Problems placed(const std::vector<TlsProblem>& problems, const ConfigNode& tree) {
  Problems placed;
  const ConfigEntry* const tls = entry_of(tree, kTlsKey);
  for (const TlsProblem& problem : problems) {
    const ConfigEntry* const own = tls == nullptr ? nullptr : entry_of(tls->value, problem.key);
    const ConfigNode& place = own != nullptr ? own->value : tls != nullptr ? tls->value : tree;
    placed.push_back({problem.permission ? ConfigFault::permission : ConfigFault::invalid, place.line, place.column,
                      problem.key.empty() ? std::string(kTlsKey) : key_below(kTlsKey, problem.key), problem.text});
  }
  return placed;
}

// An inline key is needed no longer once OpenSSL has it.
void wipe_keys(ConfigNode& tree, WebConfig* config) {
  for (ConfigEntry& top : tree.entries)
    for (ConfigEntry& entry : top.value.entries)
      if (entry.key == "key") wipe(entry.value.text);
  if (config != nullptr && config->tls) wipe(config->tls->key.text);
}

std::variant<LoadedWebConfig, Problems> load(const std::string& path, std::vector<std::string>& files) {
  auto read = read_text(path);
  if (auto* problems = std::get_if<Problems>(&read)) return std::move(*problems);
  auto& [text, readable_for_all] = std::get<Text>(read);
  auto parsed = parse_yaml(text);
  wipe(text);
  if (!parsed.tree) return std::move(parsed.problems);
  auto config = read_web_config(*parsed.tree, folder_of(path), std::move(parsed.problems));
  if (auto* problems = std::get_if<Problems>(&config)) {
    wipe_keys(*parsed.tree, nullptr);
    return std::move(*problems);
  }
  LoadedWebConfig loaded;
  loaded.config = std::get<WebConfig>(std::move(config));
  if (readable_for_all && !loaded.config.users.empty())
    loaded.notes.emplace_back(
        "every user of this machine can read the password hashes in the web configuration; take that away: chmod 640 "
        "FILE");
  if (loaded.config.tls) {
    const TlsServer& tls = *loaded.config.tls;
    for (const PemSource* source : {&tls.certificate, &tls.key, tls.client_ca ? &*tls.client_ca : nullptr})
      if (source != nullptr && !source->path.empty()) files.push_back(source->path);
    auto made = make_tls_context(tls);
    if (const auto* problems = std::get_if<std::vector<TlsProblem>>(&made)) {
      auto told = placed(*problems, *parsed.tree);
      wipe_keys(*parsed.tree, &loaded.config);
      return told;
    }
    auto& context = std::get<MadeTlsContext>(made);
    loaded.tls = std::move(context.context);
    loaded.notes.insert(loaded.notes.end(), context.notes.begin(), context.notes.end());
  }
  wipe_keys(*parsed.tree, &loaded.config);
  return loaded;
}

}  // namespace

WebConfigRead load_web_config(const std::string& path) {
  WebConfigRead read;
  read.files.push_back(path);
  read.result = load(path, read.files);
  return read;
}

}  // namespace taara
