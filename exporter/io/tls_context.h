// SPDX-License-Identifier: Apache-2.0
// What OpenSSL needs to be the server of a TLS connection, made of the web configuration. No session is ever resumed:
// each connection shows its certificate anew, so that a changed file holds for the next one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/web_config.h"

struct ssl_ctx_st;

namespace taara {

// Whoever has an SSL of it keeps this as well: it owns what the certificate check needs.
using TlsContext = std::shared_ptr<ssl_ctx_st>;

struct TlsProblem {
  std::string key;  // such as cert_file
  std::string text;
  bool permission = false;
};

struct MadeTlsContext {
  TlsContext context;
  std::vector<std::string> notes;  // what is good enough to go on, and worth a warning
};

// Reads the files that it names, without ever waiting or asking for a passphrase. Never a secret in the words.
[[nodiscard]] std::variant<MadeTlsContext, std::vector<TlsProblem>> make_tls_context(const TlsServer& server);

}  // namespace taara
