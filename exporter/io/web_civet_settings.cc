// SPDX-License-Identifier: Apache-2.0
#include "io/web_civet_settings.h"

#include <civetweb.h>

#include <algorithm>
#include <charconv>

#include "io/listen_error.h"

namespace taara {
namespace {

bool is_v6(const ListenAddress& address) { return address.host.find(':') != std::string::npos; }

std::string to_string(const std::vector<ListenAddress>& addresses) {
  std::string text;
  for (const ListenAddress& address : addresses) {
    if (!text.empty()) text += ',';
    text.append(address_text(address));
  }
  return text;
}

// civetweb says "cannot bind to 127.0.0.1:80: 13 (Permission denied)".
int number_in(std::string_view trouble) {
  int number = 0;
  const std::size_t at = trouble.rfind(": ");
  if (at != std::string_view::npos) {
    const std::string_view reason = trouble.substr(at + 2);
    std::from_chars(reason.data(), reason.data() + reason.size(), number);
  }
  return number;
}

}  // namespace

std::vector<std::string> civet_options(const std::vector<ListenAddress>& addresses, const WebLimits& limits) {
  return {"listening_ports",    to_string(addresses),
          "num_threads",        std::to_string(limits.threads),
          "request_timeout_ms", std::to_string(limits.request_timeout.count()),
          "max_request_size",   std::to_string(limits.max_request_bytes),
          "connection_queue",   std::to_string(limits.connection_queue),
          "listen_backlog",     std::to_string(limits.listen_backlog),
          "enable_keep_alive",  "no",
          "tcp_nodelay",        "1",
          "decode_url",         "no"};
}

Result<void> civetweb_can_listen(const std::vector<ListenAddress>& addresses) {
  const auto v6 = std::find_if(addresses.begin(), addresses.end(), is_v6);
  if (v6 == addresses.end() || mg_check_feature(MG_FEATURES_IPV6) != 0) return {};
  return Error{Errc::invalid, "cannot listen on " + address_text(*v6) +
                                  ": the web server of this machine knows IPv4 only; use an address such as 127.0.0.1"};
}

Error civetweb_trouble(const std::vector<ListenAddress>& addresses, const std::string& trouble) {
  return listen_error(to_string(addresses), number_in(trouble),
                      trouble.empty() ? "the web server cannot start" : trouble);
}

}  // namespace taara
