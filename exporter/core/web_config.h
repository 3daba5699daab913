// SPDX-License-Identifier: Apache-2.0
// What the file of --web.config.file says: the exporter-toolkit's format, read by core/web_config_schema.h. Member
// initialisers are the defaults.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/bcrypt_hash.h"
#include "core/time.h"
#include "core/tls_names.h"

namespace taara {

struct PemSource {
  std::string path;  // empty: `text` is it
  std::string text;
  bool operator==(const PemSource&) const = default;
};

struct TlsServer {
  PemSource certificate;
  PemSource key;
  std::optional<PemSource> client_ca;
  ClientAuth client_auth = ClientAuth::none;
  std::vector<std::string> allowed_sans;  // empty: any
  TlsVersion min_version = TlsVersion::tls12;
  TlsVersion max_version = TlsVersion::tls13;
  std::string ciphers_12;  // OpenSSL's names with colons; empty: those with forward secrecy and without CBC
  std::string ciphers_13;
  std::string curves;
  bool prefer_server_ciphers = true;
  bool operator==(const TlsServer&) const = default;
};

struct RateLimit {
  milliseconds interval{0};  // 0: none
  int burst = 0;
  bool operator==(const RateLimit&) const = default;
};

struct WebConfig {
  std::optional<TlsServer> tls;
  std::map<std::string, BcryptHash, std::less<>> users;
  std::vector<std::pair<std::string, std::string>> headers;  // canonical names; instead of ours of the same name
  RateLimit rate_limit;
  bool operator==(const WebConfig&) const = default;
};

// Whether strangers who reach the port learn nothing and nobody on the way reads along: TLS, and a password or a
// verified client certificate.
[[nodiscard]] inline bool keeps_strangers_out(const WebConfig& config) {
  return config.tls && (!config.users.empty() || config.tls->client_auth == ClientAuth::require_and_verify);
}

}  // namespace taara
