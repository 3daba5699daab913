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
  if (!is_loopback(*address))
    return refused(text,
                   "listening beyond this machine needs TLS and authentication, which come with a later release; "
                   "listen on 127.0.0.1 and put nginx in front");
  if (address->v6) return ListenAddress{"::1", *port};
  std::string canonical;
  for (std::size_t i = 0; i < 4; ++i) canonical += (i > 0 ? "." : "") + std::to_string(address->bytes.at(i));
  return ListenAddress{canonical, *port};
}

}  // namespace taara
