// SPDX-License-Identifier: Apache-2.0
#include "io/socket_cut.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>

namespace taara {
namespace {

struct LocalEnd {
  std::array<unsigned char, 16> host{};  // an IPv4 address fills the first 4
  int family = 0;
  unsigned port = 0;
};

std::optional<LocalEnd> local_end(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return std::nullopt;
  LocalEnd end;
  end.family = address.ss_family;
  if (end.family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&address);
    std::memcpy(end.host.data(), &in->sin_addr, sizeof(in->sin_addr));
    end.port = ntohs(in->sin_port);
  } else if (end.family == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&address);
    std::memcpy(end.host.data(), &in->sin6_addr, sizeof(in->sin6_addr));
    end.port = ntohs(in->sin6_port);
  } else {
    return std::nullopt;
  }
  return end;
}

// A socket accepted at "any" has the address that the client used.
bool is_at(const LocalEnd& end, const ListenAddress& address) {
  const int family = address.host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  std::array<unsigned char, 16> host{};
  if (end.port != address.port || end.family != family) return false;
  if (inet_pton(family, address.host.c_str(), host.data()) != 1) return false;
  return host == end.host || host == std::array<unsigned char, 16>{};
}

}  // namespace

void cut_sockets_at(std::span<const ListenAddress> addresses) {
  const std::unique_ptr<DIR, int (*)(DIR*)> fds(opendir("/proc/self/fd"), &closedir);
  if (!fds) return;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): readdir is safe on a stream of one thread
  while (const dirent* entry = readdir(fds.get())) {
    const std::string_view name = entry->d_name;
    int fd = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), fd).ec != std::errc{}) continue;
    const auto end = local_end(fd);
    if (!end) continue;
    const bool ours = std::any_of(addresses.begin(), addresses.end(), [&](const auto& a) { return is_at(*end, a); });
    if (ours) shutdown(fd, SHUT_RDWR);
  }
}

}  // namespace taara
