// SPDX-License-Identifier: Apache-2.0
#include "line_sim/http_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "line_sim/http_request.h"
#include "line_sim/sim_clock.h"

namespace taara::line_sim {
namespace {

constexpr std::uint64_t kListenerId = 0;
constexpr std::uint64_t kStopId = UINT64_MAX;
// As the proxy in front of the line does: a client that keeps connections must cope with their end.
constexpr seconds kIdle{75};
constexpr seconds kSweep{5};
// Long enough that the client has seen what was sent before the reset.
constexpr milliseconds kBeforeReset{20};

Error system_error(const std::string& what) { return {Errc::io, what + ": " + std::strerror(errno)}; }

bool watch(int epoll, int fd, std::uint64_t id, std::uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  return ::epoll_ctl(epoll, operation, fd, &event) == 0;
}

int tls_version(const std::string& text) {
  if (text == "1.0") return TLS1_VERSION;
  if (text == "1.1") return TLS1_1_VERSION;
  if (text == "1.2") return TLS1_2_VERSION;
  return text == "1.3" ? TLS1_3_VERSION : 0;
}

Result<std::unique_ptr<SSL_CTX, SslContextDelete>> make_tls(const ServerSettings& settings) {
  std::unique_ptr<SSL_CTX, SslContextDelete> context(SSL_CTX_new(TLS_server_method()));
  const int newest = tls_version(settings.tls_max);
  if (newest == 0) return Error{Errc::invalid, "--tls-max is 1.0, 1.1, 1.2 or 1.3, not \"" + settings.tls_max + "\""};
  if (!context || SSL_CTX_use_certificate_chain_file(context.get(), settings.tls_cert.c_str()) != 1) {
    return Error{Errc::io, "no certificate in PEM form could be read from " + settings.tls_cert};
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), settings.tls_key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Error{Errc::io, "no key of that certificate in PEM form could be read from " + settings.tls_key};
  }
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (newest < TLS1_2_VERSION) {  // a line out of date on purpose; OpenSSL must be told that we mean it
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  }
  SSL_CTX_set_max_proto_version(context.get(), newest);
  return context;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::unique_ptr<HttpServer>> HttpServer::create(const ServerSettings& settings, Handler handler,
                                                       Question tls_silent) {
  std::unique_ptr<HttpServer> server(new HttpServer);
  server->handler_ = std::move(handler);
  server->tls_silent_ = std::move(tls_silent);
  if (settings.tls_cert.empty() != settings.tls_key.empty()) {
    return Error{Errc::invalid, "--tls-cert and --tls-key go together"};
  }
  if (!settings.tls_cert.empty()) {
    auto tls = make_tls(settings);
    if (!tls) return tls.error();
    server->tls_ = std::move(tls.value());
  }
  server->listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  server->epoll_ = Descriptor(::epoll_create1(EPOLL_CLOEXEC));
  if (server->listener_.get() < 0 || server->epoll_.get() < 0) return system_error("a socket cannot be opened");
  const int on = 1;
  (void)::setsockopt(server->listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(settings.port);
  if (::inet_pton(AF_INET, settings.address.c_str(), &address.sin_addr) != 1)
    return Error{Errc::invalid, "--address is an IPv4 address"};
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(server->listener_.get(), generic, size) != 0 || ::listen(server->listener_.get(), 4096) != 0 ||
      ::getsockname(server->listener_.get(), generic, &size) != 0) {
    return system_error(settings.address + ":" + std::to_string(settings.port) + " cannot be listened on");
  }
  server->port_ = ntohs(address.sin_port);
  if (!watch(server->epoll_.get(), server->listener_.get(), kListenerId, EPOLLIN, EPOLL_CTL_ADD))
    return system_error("epoll");
  return server;
}

void HttpServer::run(int stop_fd) {
  (void)watch(epoll_.get(), stop_fd, kStopId, EPOLLIN, EPOLL_CTL_ADD);
  std::array<epoll_event, 256> events{};
  for (;;) {
    Steady now = steady_now();
    const Steady until = timers_.empty() ? now + kSweep : std::min(timers_.begin()->first, now + kSweep);
    const auto wait = std::chrono::ceil<milliseconds>(std::max(until - now, Steady::duration{0}));
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), static_cast<int>(wait.count()));
    now = steady_now();
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events.at(static_cast<std::size_t>(i));
      const std::uint64_t id = event.data.u64;
      if (id == kStopId) return;
      if (id == kListenerId) {
        accept_all(now);
        continue;
      }
      if (const auto found = connections_.find(id); found != connections_.end() && (event.events & ~EPOLLOUT) != 0) {
        on_input(*found->second, now);
      }
      if (const auto found = connections_.find(id);
          found != connections_.end() && (event.events & EPOLLOUT) != 0 && found->second->answering()) {
        want_output(*found->second, false);
        if (send_on(*found->second, now)) next_requests(*found->second, now);
      }
    }
    run_timers(now);
    drop_idle(now);
  }
}

void HttpServer::accept_all(Steady now) {
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::uint64_t id = ++last_id_;
    connections_.emplace(id, std::make_unique<Connection>(fd, id, now));
    if (!watch(epoll_.get(), fd, id, EPOLLIN, EPOLL_CTL_ADD)) connections_.erase(id);
  }
}

void HttpServer::on_input(Connection& connection, Steady now) {
  connection.choose_protocol(tls_.get(), tls_silent_);
  if (connection.receive(now) == Connection::Got::closed) {
    drop(connection);
    return;
  }
  next_requests(connection, now);
}

// Takes requests out of the input, one after the other, until one is still being answered or the input is used up.
void HttpServer::next_requests(Connection& connection, Steady now) {
  while (!connection.answering() && !connection.hanging() && !connection.input().empty()) {
    ParsedRequest parsed = parse_request(connection.input());
    if (parsed.state == ParsedRequest::State::incomplete) return;
    if (parsed.state == ParsedRequest::State::bad) {
      drop(connection);
      return;
    }
    connection.input().erase(0, parsed.size);
    parsed.request.connection = connection.id();
    connection.answer(handler_(parsed.request));
    const Wire& wire = connection.wire();
    if (wire.ending == Ending::hang) return;
    if (wire.delay > milliseconds{0}) {
      wake_at(now + wire.delay, connection);
      return;
    }
    if (!send_on(connection, now)) return;
  }
}

// True when the answer is out and the connection is free for the next request; false may mean that it is gone.
bool HttpServer::send_on(Connection& connection, Steady now) {
  switch (connection.send(now)) {
    case Connection::Sent::blocked:
      want_output(connection, true);
      return false;
    case Connection::Sent::paced:
      wake_at(now + Connection::kPace, connection);
      return false;
    case Connection::Sent::closed:
      drop(connection);
      return false;
    case Connection::Sent::all:
      break;
  }
  switch (connection.wire().ending) {
    case Ending::keep:
      connection.answered();
      return true;
    case Ending::reset: {
      Wire last;
      last.ending = Ending::reset_now;
      connection.answer(std::move(last));
      wake_at(now + kBeforeReset, connection);
      return false;
    }
    case Ending::reset_now:
      connection.prepare_reset();
      break;
    case Ending::close:
    case Ending::hang:
      break;
  }
  drop(connection);
  return false;
}

void HttpServer::wake_at(Steady when, const Connection& connection) { timers_.emplace(when, connection.id()); }

void HttpServer::run_timers(Steady now) {
  std::vector<std::uint64_t> due;
  const auto end = timers_.upper_bound(now);
  for (auto timer = timers_.begin(); timer != end; ++timer) due.push_back(timer->second);
  timers_.erase(timers_.begin(), end);
  for (const std::uint64_t id : due) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || !found->second->answering()) continue;
    if (send_on(*found->second, now)) next_requests(*found->second, now);
  }
}

void HttpServer::drop_idle(Steady now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + kSweep;
  std::erase_if(connections_, [&](const auto& entry) {
    return !entry.second->answering() && !entry.second->hanging() && now - entry.second->active() > kIdle;
  });
}

void HttpServer::drop(const Connection& connection) { connections_.erase(connection.id()); }

void HttpServer::want_output(const Connection& connection, bool on) const {
  (void)watch(epoll_.get(), connection.fd(), connection.id(), on ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
}

}  // namespace taara::line_sim
