// SPDX-License-Identifier: Apache-2.0
// The part tls_server_config of the web configuration.
#include <algorithm>

#include "core/config_reader.h"
#include "core/web_config_schema.h"

namespace taara {
namespace {

constexpr std::size_t kMostPathBytes = 1024;
constexpr std::size_t kMostItems = 100;

// Unlike in our own file a bare word is a file name, as in every exporter's web configuration.
std::optional<std::string> path_in(const std::string& folder, const std::string& text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (text.size() > kMostPathBytes || std::any_of(text.begin(), text.end(), is_control)) return std::nullopt;
  if (text.empty() || text.front() == '/' || folder.empty()) return text;
  return folder + (folder.ends_with('/') ? "" : "/") + text;
}

// From the key `name` (PEM text) or `name`_file. An empty text counts as none, as in the toolkit.
std::optional<PemSource> read_pem(ConfigMap& tls, std::string_view name, std::string_view file_name,
                                  const std::string& folder, ConfigProblems& problems) {
  PemSource source;
  tls.read(name, source.text, Shown::no, "PEM text",
           [](const std::string& text) { return std::optional<std::string>(text); });
  tls.read(file_name, source.path, Shown::yes, "a path of at most 1024 bytes",
           [&](const std::string& text) { return path_in(folder, text); });
  if (source.text.empty() && source.path.empty()) return std::nullopt;
  if (!source.text.empty() && !source.path.empty())
    problems.add(*tls.find(name),
                 "found " + std::string(name) + " and " + std::string(file_name) + "; allowed: one of the two");
  return source;
}

void need_pem(std::optional<PemSource> found, PemSource& target, const ConfigMap& tls, std::string_view names,
              ConfigProblems& problems) {
  if (found)
    target = *std::move(found);
  else
    problems.add(tls.value(), "found none of " + std::string(names) + ", but TLS needs it; allowed: one of the two");
}

TlsVersion read_version(ConfigMap& tls, std::string_view key, TlsVersion otherwise, ConfigProblems& problems) {
  const auto value = tls.find(key);
  if (!value) return otherwise;
  const auto text = text_of(*value, Shown::yes, "TLS12 or TLS13", problems);
  if (!text) return otherwise;
  if (*text == "TLS10" || *text == "TLS11") {
    problems.add(*value, "found " + *text + ", which is broken and not offered; allowed: TLS12 or TLS13");
    return otherwise;
  }
  const auto version = tls_version_named(*text);
  if (!version) problems.unfit(*value, Shown::yes, "TLS12 or TLS13");
  return version.value_or(otherwise);
}

// Calls `take` with each text of the list.
template <class Take>
void read_list(ConfigMap& tls, std::string_view key, std::string_view allowed, ConfigProblems& problems,
               const Take& take) {
  const auto value = tls.find(key);
  if (!value) return;
  const auto& items = value->node->items;
  if (value->node->kind != ConfigNode::Kind::list || items.empty() || items.size() > kMostItems)
    return problems.unfit(*value, Shown::yes, "a list of 1 to 100 of them: " + std::string(allowed));
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ConfigValue item{&items[i], item_of(value->key, i)};
    if (const auto text = text_of(item, Shown::yes, allowed, problems)) take(item, *text);
  }
}

void read_ciphers(ConfigMap& tls, TlsServer& target, ConfigProblems& problems) {
  const std::string allowed = cipher_suite_names();
  read_list(tls, "cipher_suites", allowed, problems, [&](const ConfigValue& item, const std::string& name) {
    const CipherSuite* const suite = cipher_suite_named(name);
    if (suite == nullptr) return problems.unfit(item, Shown::yes, allowed);
    std::string& list = suite->version == TlsVersion::tls13 ? target.ciphers_13 : target.ciphers_12;
    list.append(list.empty() ? "" : ":").append(suite->openssl);
  });
}

// Suites of one version only leave nothing for the other. TLS 1.3 keeps its own ones where none is named, as in Go.
void fit_versions(ConfigMap& tls, TlsServer& target, ConfigProblems& problems) {
  if (target.max_version < target.min_version) {
    const auto place = tls.find("max_version");
    problems.add(place ? *place : tls.value(),
                 "found a max_version that is older than min_version; allowed: the same or newer");
    return;
  }
  if (target.ciphers_12.empty() && !target.ciphers_13.empty()) {
    if (target.max_version == TlsVersion::tls12)
      problems.add(*tls.find("cipher_suites"),
                   "found suites of TLS 1.3 only, but max_version is TLS12; allowed: suites that begin with TLS_ECDHE");
    target.min_version = TlsVersion::tls13;
  }
}

bool verifies(ClientAuth policy) {
  return policy == ClientAuth::verify_if_given || policy == ClientAuth::require_and_verify;
}

void read_client_auth(ConfigMap& tls, const std::string& folder, TlsServer& target, ConfigProblems& problems) {
  tls.read("client_auth_type", target.client_auth, Shown::yes, kClientAuthNames,
           [](const std::string& text) { return text.empty() ? ClientAuth::none : client_auth_named(text); });
  target.client_ca = read_pem(tls, "client_ca", "client_ca_file", folder, problems);
  read_list(tls, "client_allowed_sans", "a name, address, e-mail address or URI", problems,
            [&](const ConfigValue& item, const std::string& name) {
              if (name.empty()) return problems.unfit(item, Shown::yes, "a name, address, e-mail address or URI");
              target.allowed_sans.push_back(name);
            });
  if (target.client_ca && target.client_auth == ClientAuth::none)
    problems.add(tls.value(),
                 "found a client CA but no client_auth_type, so no client would be asked; allowed: client_auth_type: "
                 "RequireAndVerifyClientCert");
  if (!target.client_ca && target.client_auth == ClientAuth::require_and_verify)
    problems.add(tls.value(),
                 "found client_auth_type RequireAndVerifyClientCert without a CA; allowed: client_ca_file with the CA "
                 "that signs your clients' certificates");
  if (!target.allowed_sans.empty() && !verifies(target.client_auth))
    problems.add(*tls.find("client_allowed_sans"),
                 "found names of clients whose certificates are not verified; allowed: client_auth_type: "
                 "RequireAndVerifyClientCert");
}

}  // namespace

void read_tls_server(const ConfigValue& value, const std::string& folder, TlsServer& target, ConfigProblems& problems) {
  auto tls =
      ConfigMap::of(value, "a map with cert_file and key_file; without TLS leave tls_server_config out", problems);
  if (!tls) return;
  need_pem(read_pem(*tls, "cert", "cert_file", folder, problems), target.certificate, *tls, "cert and cert_file",
           problems);
  need_pem(read_pem(*tls, "key", "key_file", folder, problems), target.key, *tls, "key and key_file", problems);
  read_client_auth(*tls, folder, target, problems);
  target.min_version = read_version(*tls, "min_version", TlsVersion::tls12, problems);
  target.max_version = read_version(*tls, "max_version", TlsVersion::tls13, problems);
  read_ciphers(*tls, target, problems);
  read_list(*tls, "curve_preferences", kCurveNames, problems, [&](const ConfigValue& item, const std::string& name) {
    const auto curve = openssl_curve_named(name);
    if (!curve) return problems.unfit(item, Shown::yes, kCurveNames);
    target.curves.append(target.curves.empty() ? "" : ":").append(*curve);
  });
  tls->read("prefer_server_cipher_suites", target.prefer_server_ciphers, Shown::yes, "true or false",
            [](const std::string& text) -> std::optional<bool> {
              if (text != "true" && text != "false") return std::nullopt;
              return text == "true";
            });
  fit_versions(*tls, target, problems);
  tls->finish(SecretKeys::ordinary);
}

}  // namespace taara
