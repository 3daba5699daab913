// SPDX-License-Identifier: Apache-2.0
#include "io/tls_front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include "core/listen_address.h"
#include "io/listen_error.h"

namespace taara {
namespace {

constexpr int kBacklog = 128;
constexpr milliseconds kRest{100};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress socket_address(const ListenAddress& address) {
  SocketAddress made;
  const auto port = htons(static_cast<std::uint16_t>(address.port));
  if (address.host.find(':') == std::string::npos) {
    auto* in = reinterpret_cast<sockaddr_in*>(&made.storage);
    in->sin_family = AF_INET;
    in->sin_port = port;
    inet_pton(AF_INET, address.host.c_str(), &in->sin_addr);
    made.size = sizeof(*in);
  } else {
    auto* in = reinterpret_cast<sockaddr_in6*>(&made.storage);
    in->sin6_family = AF_INET6;
    in->sin6_port = port;
    inet_pton(AF_INET6, address.host.c_str(), &in->sin6_addr);
    made.size = sizeof(*in);
  }
  return made;
}

IpAddress ip_of(const SocketAddress& address) {
  IpAddress ip;
  if (address.storage.ss_family == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&address.storage);
    ip.v6 = true;
    std::memcpy(ip.bytes.data(), &in->sin6_addr, sizeof(in->sin6_addr));
  } else {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&address.storage);
    std::memcpy(ip.bytes.data(), &in->sin_addr, sizeof(in->sin_addr));
  }
  return ip;
}

unsigned port_of(int fd) {
  SocketAddress address;
  if (getsockname(fd, address.get(), &address.size) != 0) return 0;
  if (address.storage.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
}

void switch_on(int fd, int level, int option) {
  const int yes = 1;
  setsockopt(fd, level, option, &yes, sizeof(yes));
}

Result<Descriptor> listen_on(const ListenAddress& address) {
  SocketAddress at = socket_address(address);
  Descriptor fd(socket(at.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.open()) {
    switch_on(fd.get(), SOL_SOCKET, SO_REUSEADDR);
    if (at.storage.ss_family == AF_INET6) switch_on(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    if (bind(fd.get(), at.get(), at.size) == 0 && listen(fd.get(), kBacklog) == 0) return fd;
  }
  const int number = errno;
  return listen_error(address_text(address), number, std::generic_category().message(number));
}

}  // namespace

struct TlsFront::State {
  TlsFrontParts parts;
  const Clock& clock;
  std::vector<ListenAddress> addresses;
  std::vector<Descriptor> listeners;
  Descriptor wake;
  std::atomic<bool> stopping{false};
  std::list<TlsConnection> connections;
  mutable std::mutex behind_mutex;
  std::map<unsigned, IpAddress> behind;
  Steady rest_until{};  // no descriptor was to be had: the listeners are left alone until then
  std::jthread thread;

  State(TlsFrontParts with_parts, const Clock& with_clock) : parts(std::move(with_parts)), clock(with_clock) {}

  void accept_at(int listener, Steady now) {
    while (connections.size() < parts.most_connections) {
      SocketAddress peer;
      Descriptor client(accept4(listener, peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!client.open()) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) rest_until = now + kRest;
        return;
      }
      switch_on(client.get(), IPPROTO_TCP, TCP_NODELAY);
      const IpAddress from = ip_of(peer);
      connections.emplace_back(std::move(client), from, parts.context(), parts.limits, now);
      move(connections.back(), now, false);  // a quick client may be through with it at once
    }
  }

  void connect_to_server(TlsConnection& connection, Steady now) {
    SocketAddress inside = socket_address({"127.0.0.1", parts.server_port});
    Descriptor server(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const bool begun =
        server.open() && (::connect(server.get(), inside.get(), inside.size) == 0 || errno == EINPROGRESS);
    if (!begun) return connection.give_up();
    switch_on(server.get(), IPPROTO_TCP, TCP_NODELAY);
    {
      const std::lock_guard lock(behind_mutex);
      behind.insert_or_assign(port_of(server.get()), connection.from());
    }
    connection.connect(std::move(server), now);
    connection.move_on(now);
  }

  void tell_if_refused(const TlsConnection& connection) const {
    if (parts.refused && !connection.refused().empty())
      parts.refused(connection.from(), connection.refused(), connection.refused_for_certificate());
  }

  void move(TlsConnection& connection, Steady now, bool cut) {
    const unsigned port = connection.server() < 0 ? 0 : port_of(connection.server());
    const bool was_refused = !connection.refused().empty();
    connection.move_on(now);
    if (cut) connection.client_is_gone();
    if (!was_refused) tell_if_refused(connection);
    if (connection.wants_server()) connect_to_server(connection, now);
    if (port != 0 && (connection.over() || connection.server() < 0)) {
      const std::lock_guard lock(behind_mutex);
      behind.erase(port);
    }
  }

  // As long as the nearest deadline is away.
  [[nodiscard]] int patience(Steady now) const {
    Steady nearest = rest_until > now ? rest_until : now + seconds{60};
    for (const TlsConnection& connection : connections) nearest = std::min(nearest, connection.deadline());
    return static_cast<int>(std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(nearest - now)).count());
  }

  void turn(std::vector<pollfd>& waited) {
    waited.clear();
    waited.push_back({wake.get(), POLLIN, 0});
    // A negative descriptor is passed over: a full house takes no more.
    const bool full = connections.size() >= parts.most_connections || rest_until > clock.steady();
    for (const Descriptor& listener : listeners) waited.push_back({full ? -1 : listener.get(), POLLIN, 0});
    for (const TlsConnection& connection : connections) {
      const short server_events = connection.server_events();
      waited.push_back({connection.client(), connection.client_events(), 0});
      waited.push_back({server_events == 0 ? -1 : connection.server(), server_events, 0});
    }
    (void)poll(waited.data(), waited.size(), patience(clock.steady()));
    const Steady now = clock.steady();
    std::size_t at = 1 + listeners.size();
    for (auto it = connections.begin(); it != connections.end(); at += 2) {
      if (waited[at].revents != 0 || waited[at + 1].revents != 0 || now >= it->deadline())
        move(*it, now, (waited[at].revents & (POLLHUP | POLLERR)) != 0);
      it = it->over() ? connections.erase(it) : std::next(it);
    }
    for (std::size_t i = 0; i < listeners.size(); ++i)
      if (waited[1 + i].revents != 0) accept_at(listeners[i].get(), now);
  }

  void run() {
    std::vector<pollfd> waited;
    while (!stopping) {
      try {
        turn(waited);
      } catch (const std::exception&) {
        // No memory: room comes back when the connections go.
        connections.clear();
        const std::lock_guard lock(behind_mutex);
        behind.clear();
      }
    }
  }
};

Result<std::unique_ptr<TlsFront>> TlsFront::start(const std::vector<ListenAddress>& addresses, TlsFrontParts parts,
                                                  const Clock& clock) {
  auto state = std::make_unique<State>(std::move(parts), clock);
  for (const ListenAddress& address : addresses) {
    auto listener = listen_on(address);
    if (listener.has_error()) return listener.error();
    state->addresses.push_back({address.host, port_of(listener->get())});
    state->listeners.push_back(*std::move(listener));
  }
  state->wake = Descriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!state->wake.open())
    return Error{Errc::io, "the system gives no descriptor: " + std::generic_category().message(errno)};
  std::unique_ptr<TlsFront> front(new TlsFront(std::move(state)));
  front->state_->thread = std::jthread([&inner = *front->state_] { inner.run(); });
  return front;
}

TlsFront::TlsFront(std::unique_ptr<State> state) : state_(std::move(state)) {}

TlsFront::~TlsFront() {
  state_->stopping = true;
  const std::uint64_t one = 1;
  (void)!write(state_->wake.get(), &one, sizeof(one));
  if (state_->thread.joinable()) state_->thread.join();
}

const std::vector<ListenAddress>& TlsFront::addresses() const { return state_->addresses; }

std::optional<IpAddress> TlsFront::behind(unsigned port) const {
  const std::lock_guard lock(state_->behind_mutex);
  const auto found = state_->behind.find(port);
  if (found == state_->behind.end()) return std::nullopt;
  return found->second;
}

}  // namespace taara
