// SPDX-License-Identifier: Apache-2.0
#include "core/line_url.h"

#include <algorithm>
#include <optional>

#include "core/host_name.h"
#include "core/ip_address.h"

namespace taara {
namespace {

constexpr std::size_t kMaxUrlBytes = 512;

Error refused(std::string_view text) { return {Errc::invalid, std::string(text)}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_path(std::string_view path) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=:/";
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '%') {
      if (i + 2 >= path.size() || !is_hex(path[i + 1]) || !is_hex(path[i + 2])) return false;
    } else if (!is_letter(path[i]) && !is_digit(path[i]) && kMarks.find(path[i]) == std::string_view::npos) {
      return false;
    }
  }
  const std::string closed = std::string(path) + "/";
  return closed.find("/../") == std::string::npos && closed.find("/./") == std::string::npos &&
         closed.find("//") == std::string::npos;
}

// What is wrong with the characters, whatever they mean.
std::optional<std::string_view> fault_in_characters(std::string_view text) {
  if (text.empty()) return "found nothing; allowed: a URL such as https://share.taara.company";
  if (text.size() > kMaxUrlBytes) return "found a URL of more than 512 bytes; allowed: scheme, host, port and path";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F) return "found a space, line break or control character in the URL; allowed: none";
    if (byte >= 0x80) return "found a character that is not ASCII in the URL; write the host in its xn-- form";
  }
  if (text.find('\\') != std::string_view::npos) return "found a backslash in the URL; allowed: forward slashes";
  if (text.find('#') != std::string_view::npos)
    return "found a fragment (#) in the URL; allowed: scheme, host, port and path";
  if (text.find('?') != std::string_view::npos)
    return "found a query (?) in the URL; allowed: scheme, host, port and path";
  return std::nullopt;
}

std::optional<std::string_view> fault_in_http(SourceKind source, std::string_view host,
                                              const std::optional<IpAddress>& address) {
  if (host == "localhost" || (address && is_loopback(*address))) return std::nullopt;
  if (source == SourceKind::taara)
    return "found http, which would send the passcode readable for everybody on the way; allowed: https";
  if (!address)
    return "found http with a host name, which anybody's answer could lead elsewhere; allowed over http: the router's "
           "private address such as http://192.168.88.1";
  if (!is_private(*address))
    return "found http with an address outside the house; allowed over http: a private address (10.0.0.0/8, "
           "172.16.0.0/12, 192.168.0.0/16, fc00::/7); use https otherwise";
  return std::nullopt;
}

struct Url {
  bool secure = false;
  std::string host;  // in small letters
  std::optional<IpAddress> address;
  std::string text;  // all of it
};

Result<Url> parse_url(std::string_view text) {
  if (const auto fault = fault_in_characters(text)) return refused(*fault);
  const bool secure = text.starts_with("https://");
  if (!secure && !text.starts_with("http://"))
    return refused("found a URL that begins with neither https:// nor http://; allowed: these two, in small letters");
  const std::string_view scheme = secure ? "https://" : "http://";
  text.remove_prefix(scheme.size());

  const auto slash = std::min(text.find('/'), text.size());
  auto authority = text.substr(0, slash);
  auto path = text.substr(slash);
  if (authority.find('@') != std::string_view::npos)
    return refused("found a user or password in the URL; they belong in account, the password in a file");

  std::string_view host = authority.substr(0, authority.find(':'));
  std::optional<IpAddress> address;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end != std::string_view::npos) {
      host = authority.substr(0, end + 1);
      address = parse_ipv6(host.substr(1, end - 1));
    }
  } else {
    address = parse_ipv4(host);
  }
  std::string lower_host(host);
  std::transform(host.begin(), host.end(), lower_host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (!address && !is_host_name(lower_host))
    return refused(
        "found a host that is neither a name nor an IP address; allowed: such as share.taara.company, "
        "192.168.88.1 or [fd00::1]");
  const auto port = authority.substr(host.size());
  if (!port.empty() && (port.front() != ':' || !is_port(port.substr(1))))
    return refused("found something else than a port after the colon; allowed: 1 to 65535");
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!is_path(path))
    return refused("found a path with empty or dot segments or characters that need escaping; allowed: such as /r/1");
  std::string whole = std::string(scheme) + lower_host + std::string(port) + std::string(path);
  return Url{secure, std::move(lower_host), address, std::move(whole)};
}

}  // namespace

Result<std::string> parse_line_url(std::string_view text, SourceKind source) {
  auto url = parse_url(text);
  if (url.has_error()) return url.error();
  if (!url->secure) {
    if (const auto fault = fault_in_http(source, url->host, url->address)) return refused(*fault);
  }
  return std::move(url->text);
}

Result<std::string> parse_page_url(std::string_view text) {
  if (text.find('@') != std::string_view::npos)
    return refused("found an @ in the URL; allowed: scheme, host, port and path, without a user or password");
  auto url = parse_url(text);
  if (url.has_error()) return url.error();
  return std::move(url->text);
}

}  // namespace taara
