// SPDX-License-Identifier: Apache-2.0
#include "core/owner_rules.h"

#include <algorithm>

#include "core/ip_address.h"

namespace taara {
namespace {

constexpr std::size_t kMaxAddresses = 20;
constexpr std::size_t kMaxUrlBytes = 1024;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_one_of(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_alphanumeric(c) || marks.find(c) != std::string_view::npos; });
}

bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  while (true) {
    const auto dot = host.find('.');
    const auto label = host.substr(0, dot);
    if (label.empty() || label.size() > 63 || !is_alphanumeric(label.front()) || !is_alphanumeric(label.back()) ||
        !is_one_of(label, "-"))
      return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

// A name, an IPv4 address or an IPv6 address in brackets.
bool is_host(std::string_view host) {
  if (host.starts_with('[')) return host.ends_with(']') && parse_ipv6(host.substr(1, host.size() - 2)).has_value();
  return is_host_name(host);
}

std::optional<unsigned> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '0' || !std::all_of(text.begin(), text.end(), is_digit))
    return {};
  unsigned port = 0;
  for (const char c : text) port = port * 10 + static_cast<unsigned>(c - '0');
  return port <= 65535 ? std::optional(port) : std::nullopt;
}

bool is_local(std::string_view host) {
  if (host == "localhost") return true;
  const auto address = host.starts_with('[') ? parse_ipv6(host.substr(1, host.size() - 2)) : parse_ipv4(host);
  return address && is_loopback(*address);
}

struct Link {
  std::string_view rest;  // from the first slash on, or a question mark
};

std::optional<Link> parse_link(std::string_view text) {
  if (text.size() > kMaxUrlBytes) return {};
  if (text.starts_with("https://"))
    text.remove_prefix(8);
  else if (text.starts_with("http://"))
    text.remove_prefix(7);
  else
    return {};
  const auto end = std::min(text.find_first_of("/?#"), text.size());
  const auto authority = text.substr(0, end);
  const auto rest = text.substr(end);
  const auto closed = authority.find(']');
  const auto colon = authority.find(':', closed == std::string_view::npos ? 0 : closed);
  if (colon != std::string_view::npos && !parse_port(authority.substr(colon + 1))) return {};
  if (!is_host(authority.substr(0, colon)) || !is_one_of(rest, "._~!$%&()*+,;=:@/?#-")) return {};
  return Link{rest};
}

bool is_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return false;
  for (const std::size_t i : {0U, 1U, 3U, 4U})
    if (!is_digit(text[i])) return false;
  return text.substr(0, 2) <= "23" && text.substr(3) <= "59";
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  return is_one_of(text.substr(0, at), ".!#$%&'*+/=?^_~-") && is_host_name(text.substr(at + 1));
}

std::optional<std::vector<std::string>> parse_mail_addresses(std::string_view text) {
  std::vector<std::string> addresses;
  while (true) {
    const auto begin = text.find_first_not_of(", ");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_of(", "), text.size());
    if (addresses.size() == kMaxAddresses || !is_mail_address(text.substr(0, end))) return {};
    addresses.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return addresses.empty() ? std::nullopt : std::optional(std::move(addresses));
}

std::optional<MailHost> parse_mail_host(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_host(text.substr(0, colon))) return {};
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return {};
  return MailHost{std::string(text.substr(0, colon)), *port, is_local(text.substr(0, colon))};
}

bool is_link(std::string_view text) { return parse_link(text).has_value(); }

bool is_ntfy_topic(std::string_view text) {
  const auto link = parse_link(text);
  if (!link || link->rest.size() < 2 || link->rest.size() > 65 || link->rest.front() != '/') return false;
  return is_one_of(link->rest.substr(1), "_-");
}

bool is_discord_webhook(std::string_view text) {
  const auto link = parse_link(text);
  return link && link->rest.size() > 1 && link->rest.find_first_of("?#") == std::string_view::npos &&
         !link->rest.ends_with('/');
}

std::optional<QuietHours> parse_quiet_hours(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const auto trimmed = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return std::string(part);
  };
  QuietHours hours{trimmed(text.substr(0, dash)), trimmed(text.substr(dash + 1))};
  if (!is_time_of_day(hours.from) || !is_time_of_day(hours.to) || hours.from == hours.to) return {};
  return hours;
}

}  // namespace taara
