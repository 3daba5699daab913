// SPDX-License-Identifier: Apache-2.0
// Where the web server listens. civetweb takes nearly any text and may open all interfaces for it (a bare port, an
// address that isn't one), so only what is read here reaches it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/config.h"
#include "core/result.h"

namespace taara {

// "127.0.0.1:10077", "[::1]:10077", "localhost:0" (0: any free port), "0.0.0.0:443". One address each. The error is a
// whole sentence part: what was found, what to write.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

// "127.0.0.1:10077", "[::1]:10077".
[[nodiscard]] std::string address_text(const ListenAddress& address);

// What stands for listening beyond this machine, and against it.
struct PublicListening {
  bool strangers_kept_out = false;  // by the web configuration: TLS, and a password or a client certificate
  bool told_by_file = false;        // web.allow_public
  bool told_by_flag = false;        // --web.allow-public
};
// Why these addresses may not be listened on; nothing where they may. Others than this machine's own need TLS and
// authentication, or both ways of saying that it is meant.
[[nodiscard]] std::optional<std::string> public_listening_problem(std::span<const ListenAddress> addresses,
                                                                  const PublicListening& listening);

}  // namespace taara
