// SPDX-License-Identifier: Apache-2.0
// Where the web server listens. civetweb takes nearly any text and may open all interfaces for it (a bare port, an
// address that isn't one), so only what is read here reaches it.
#pragma once

#include <string_view>

#include "core/config.h"
#include "core/result.h"

namespace taara {

// "127.0.0.1:10077", "[::1]:10077", "localhost:0" (0: any free port). One address of this machine itself; others are
// refused until TLS and authentication are there. The error is a whole sentence part: what was found, what to write.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace taara
