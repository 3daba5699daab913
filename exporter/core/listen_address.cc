// SPDX-License-Identifier: Apache-2.0
#include "core/listen_address.h"

#include <algorithm>
#include <optional>
#include <string>

#include "core/in_quotes.h"
#include "core/ip_address.h"

namespace taara {
namespace {

Error refused(std::string_view text, std::string_view why) {
  return {Errc::invalid, "found " + in_quotes(text) + "; " + std::string(why)};
}

constexpr std::string_view kAllowed =
    "allowed: one address and port such as 127.0.0.1:10077, [::1]:10077 or localhost:0";

std::optional<unsigned> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  unsigned port = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  if (port > 65535) return std::nullopt;
  return port;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  if (text.find(',') != std::string_view::npos)
    return refused(text, "a comma is not allowed; give each address on its own (the option and the list take several)");
  if (is_number(text) || (text.starts_with('+') && is_number(text.substr(1))))
    return refused(text, "a port alone would listen on every interface; write 127.0.0.1 and a colon before it");

  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return refused(text, kAllowed);
  const auto host = text.substr(0, colon);
  if (host.empty())
    return refused(text, "no address before the colon would listen on every interface; write 127.0.0.1 there");
  const auto port = parse_port(text.substr(colon + 1));

  if (host == "localhost" && port) return ListenAddress{"127.0.0.1", *port};
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (!bracketed && host.find(':') != std::string_view::npos)
    return refused(text, "an IPv6 address stands in brackets and is followed by a port, such as [::1]:10077");
  const auto address = bracketed ? parse_ipv6(host.substr(1, host.size() - 2)) : parse_ipv4(host);
  if (!address) return refused(text, kAllowed);
  if (!port) return refused(text, "the port must be a number from 1 to 65535, or 0 for any free one");
  return ListenAddress{ip_text(*address), *port};
}

std::string address_text(const ListenAddress& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::optional<std::string> public_listening_problem(std::span<const ListenAddress> addresses,
                                                    const PublicListening& listening) {
  const auto beyond = std::find_if(addresses.begin(), addresses.end(), [](const ListenAddress& address) {
    const bool v6 = address.host.find(':') != std::string::npos;
    const auto parsed = v6 ? parse_ipv6(address.host) : parse_ipv4(address.host);
    return !parsed || !is_loopback(*parsed);
  });
  if (beyond == addresses.end() || listening.strangers_kept_out) return std::nullopt;
  if (listening.told_by_file && listening.told_by_flag) return std::nullopt;
  const std::string found = "found " + address_text(*beyond) +
                            ", where others than this machine reach it, without TLS and a password: anybody could read "
                            "when the family is at home";
  if (listening.told_by_file || listening.told_by_flag)
    return found + "; allow_public was said once; it takes both --web.allow-public and web: {allow_public: true}";
  return found +
         "; safe ways: listen on 127.0.0.1 and put a server with TLS and a password in front, or name a file with "
         "tls_server_config and basic_auth_users with --web.config.file (docs/operator/web-access.md). If a firewall "
         "or a private network makes it safe as it is, say so twice: --web.allow-public and web: {allow_public: true}";
}

}  // namespace taara
