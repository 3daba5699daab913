// SPDX-License-Identifier: Apache-2.0
// How civetweb is started, and what it means when it can't.
#pragma once

#include <string>
#include <vector>

#include "core/listen_address.h"
#include "core/result.h"
#include "io/web_server.h"

namespace taara {

// No document_root: nothing is ever served from a file. Form parsing (mg_handle_form_request) is never called either;
// both have known holes in the version that we build on. No linger_timeout_ms: the system delivers what is sent when
// the socket is closed anyway, and a thread should not wait (up to a second) for a client that doesn't read.
[[nodiscard]] std::vector<std::string> civet_options(const std::vector<ListenAddress>& addresses,
                                                     const WebLimits& limits);

// Debian's civetweb is built without IPv6 and says "invalid port spec".
[[nodiscard]] Result<void> civetweb_can_listen(const std::vector<ListenAddress>& addresses);

// What civetweb said when it didn't start, as an error that says what to do.
[[nodiscard]] Error civetweb_trouble(const std::vector<ListenAddress>& addresses, const std::string& trouble);

}  // namespace taara
