// SPDX-License-Identifier: Apache-2.0
// Sends one mail by SMTP, as Alertmanager would with the same settings: encrypted from the first byte on port 465, by
// STARTTLS elsewhere, and without only where `tls` is false.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace taara {

struct MailRoute {
  std::string host;  // an IPv6 address in brackets
  unsigned port = 0;
  bool tls = true;
  std::string user;  // empty: no login
  std::string from;
  std::vector<std::string> to;
};

// `text`: head and body, lines ended by CR LF. `stopped` is asked about every second. Takes 40 seconds at most. The
// error says what the server or the way to it refused; never the password, never the server's own
// words. permission: it refuses the login.
[[nodiscard]] Result<void> send_mail(const MailRoute& route, std::string_view password, std::string_view text,
                                     const std::function<bool()>& stopped);

}  // namespace taara
