// SPDX-License-Identifier: Apache-2.0
// Speaks TLS on the addresses where we listen, and hands what comes on to the web server inside, on a loopback port of
// its own. Debian's civetweb can't do it: it was built for OpenSSL 1.1 and doesn't load 3 (ADR 0024). One thread for
// all connections; a slow client costs a descriptor, not a thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/ip_address.h"
#include "core/result.h"
#include "core/time.h"
#include "io/tls_connection.h"

namespace taara {

struct TlsFrontParts {
  unsigned server_port = 0;             // on 127.0.0.1
  std::function<TlsContext()> context;  // for the next connection
  std::function<void(const IpAddress& from, std::string_view why, bool about_client)> refused;
  TlsLimits limits = {};
  std::size_t most_connections = 64;  // two descriptors each; more wait in the system's queue
};

class TlsFront {
 public:
  // Port 0 takes a free one. The clock must outlive it. Errors: busy, permission, io, as WebServer::start's.
  [[nodiscard]] static Result<std::unique_ptr<TlsFront>> start(const std::vector<ListenAddress>& addresses,
                                                               TlsFrontParts parts, const Clock& clock);
  // Cuts every connection.
  ~TlsFront();
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  [[nodiscard]] const std::vector<ListenAddress>& addresses() const;
  // Who is behind the connection that comes to the server from this port of 127.0.0.1; nothing where it isn't ours.
  // From any thread.
  [[nodiscard]] std::optional<IpAddress> behind(unsigned port) const;

 private:
  struct State;
  explicit TlsFront(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace taara
