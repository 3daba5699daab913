// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/web_config_schema.h"
#include "fuzz/rules.h"
#include "io/yaml_tree.h"

namespace taara::fuzz {
namespace {

bool is_visible(char c) { return c >= 0x20 && c < 0x7F; }

void check_tls(const TlsServer& tls) {
  for (const PemSource* source : {&tls.certificate, &tls.key}) {
    must(source->path.empty() != source->text.empty(), "a certificate or key from nowhere, or from two places");
    must(source->path.empty() || source->path.starts_with('/'), "a path that depends on where one stands");
  }
  must(tls.min_version <= tls.max_version, "no version of TLS is left");
  for (const std::string* list : {&tls.ciphers_12, &tls.ciphers_13, &tls.curves})
    must(std::all_of(list->begin(), list->end(), is_visible), "a list for OpenSSL with more than names");
}

void check_good(const WebConfig& config) {
  if (config.tls) check_tls(*config.tls);
  for (const auto& [name, hash] : config.users) {
    must(!name.empty() && name.size() <= 128 && name.find(':') == std::string::npos, "a user whom no browser can name");
    must(hash.cost >= kLeastBcryptCost && hash.cost <= kMostBcryptCost, "a hash that takes too long to check");
    must(parse_bcrypt_hash(hash.text) == hash, "a hash that is none");
  }
  for (const auto& [name, value] : config.headers) {
    must(!name.empty() && std::all_of(name.begin(), name.end(), is_visible), "a header without a name");
    must(value.size() <= 2048 && std::all_of(value.begin(), value.end(), is_visible), "a header that is two");
  }
  must(config.rate_limit.interval >= milliseconds{0} && config.rate_limit.burst >= 0, "a rate limit below zero");
  must(config.rate_limit.interval == milliseconds{0} || config.rate_limit.burst > 0, "a rate limit that refuses all");
}

void must_keep_secrets(const ConfigNode& tree, const std::vector<ConfigProblem>& problems, std::string_view file) {
  for (const ConfigEntry& part : tree.entries)
    for (const ConfigEntry& entry : part.value.entries)
      if (part.key == "basic_auth_users" || (part.key == "tls_server_config" && entry.key == "key"))
        must_be_kept(entry.value.text, problems, file);
}

}  // namespace

void check_web_config(Input input) {
  const std::string text(text_of(input));
  auto parsed = parse_yaml(text);
  if (!parsed.tree) return must_be_told_well(parsed.problems, text);
  const auto read = read_web_config(*parsed.tree, "/etc/taara", parsed.problems);
  if (const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&read)) {
    must_be_told_well(*problems, text);
    must_keep_secrets(*parsed.tree, *problems, text);
  } else {
    must(parsed.problems.empty(), "good, with a key that stands twice");
    check_good(std::get<WebConfig>(read));
  }
}

}  // namespace taara::fuzz
