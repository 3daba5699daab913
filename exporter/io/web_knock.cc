// SPDX-License-Identifier: Apache-2.0
#include "io/web_knock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "core/ip_address.h"
#include "io/descriptor.h"

namespace taara {
namespace {

constexpr std::string_view kWords = "GET /-/healthy HTTP/1.0\r\n\r\n";  // to TLS it is nonsense; that is answered, too
constexpr milliseconds kSlice{50};

struct Target {
  sockaddr_storage address{};
  socklen_t size = 0;
};

// "Any" is reached at this machine's own address.
Target target_of(const ListenAddress& at) {
  Target target;
  const auto port = htons(static_cast<std::uint16_t>(at.port));
  if (at.host.find(':') == std::string::npos) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = port;
    if (inet_pton(AF_INET, at.host.c_str(), &in.sin_addr) == 1 && in.sin_addr.s_addr == htonl(INADDR_ANY))
      in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::memcpy(&target.address, &in, sizeof(in));
    target.size = sizeof(in);
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = port;
    if (inet_pton(AF_INET6, at.host.c_str(), &in.sin6_addr) == 1 && IN6_IS_ADDR_UNSPECIFIED(&in.sin6_addr))
      in.sin6_addr = in6addr_loopback;
    std::memcpy(&target.address, &in, sizeof(in));
    target.size = sizeof(in);
  }
  return target;
}

}  // namespace

bool somebody_answers(const ListenAddress& address, milliseconds longest, const Clock& clock,
                      const std::function<bool()>& give_up) {
  const Target target = target_of(address);
  const Descriptor door(::socket(target.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!door.open()) return false;
  if (::connect(door.get(), reinterpret_cast<const sockaddr*>(&target.address), target.size) != 0 &&
      errno != EINPROGRESS)
    return false;
  bool said = false;
  for (const Steady end = clock.steady() + longest; clock.steady() < end && !give_up();) {
    pollfd waited{door.get(), static_cast<short>(said ? POLLIN : POLLOUT), 0};
    if (::poll(&waited, 1, static_cast<int>(kSlice.count())) <= 0) continue;
    if (said) return true;
    if ((waited.revents & (POLLERR | POLLHUP)) != 0) return false;  // nobody listens
    said = ::send(door.get(), kWords.data(), kWords.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(kWords.size());
    if (!said) return true;  // it was closed to us: somebody closed it
  }
  return false;
}

}  // namespace taara
