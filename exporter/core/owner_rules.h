// SPDX-License-Identifier: Apache-2.0
// What may stand in the owner's file of alertmanager/configure. Whatever passes here passes there
// (alertmanager/owner_schema.py; tests/setup compares the two); a few odd forms that pass there don't pass here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace taara {

[[nodiscard]] bool is_mail_address(std::string_view text);
// Separated by commas, spaces or both; nothing unless each is an address, and there are 1 to 20.
[[nodiscard]] std::optional<std::vector<std::string>> parse_mail_addresses(std::string_view text);

struct MailHost {
  std::string host;  // a name, an IPv4 address, or an IPv6 address in brackets
  unsigned port = 0;
  bool local = false;  // this machine: the only place where no TLS is needed
};
[[nodiscard]] std::optional<MailHost> parse_mail_host(std::string_view text);

// http or https, host, maybe a port, path and query.
[[nodiscard]] bool is_link(std::string_view text);
// Server and topic, nothing more.
[[nodiscard]] bool is_ntfy_topic(std::string_view text);
[[nodiscard]] bool is_discord_webhook(std::string_view text);

struct QuietHours {
  std::string from;  // HH:MM
  std::string to;    // another one
};
// "21:30-06:30"
[[nodiscard]] std::optional<QuietHours> parse_quiet_hours(std::string_view text);

}  // namespace taara
