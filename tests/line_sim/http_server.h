// SPDX-License-Identifier: Apache-2.0
// A small HTTP/1.1 server, usually on loopback: one thread, epoll, keep-alive, plain and TLS on one port. Unlike a
// proper server it sends whatever it is told, wherever it is told to stop.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/result.h"
#include "line_sim/connection.h"

namespace taara::line_sim {

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::string tls_cert;    // PEM files; empty: no TLS
  std::string tls_key;
  std::string tls_max = "1.3";  // 1.0, 1.1, 1.2 or 1.3: the newest TLS that is spoken
};

// Closes a descriptor when it goes.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

struct SslContextDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

class HttpServer {
 public:
  using Handler = std::function<Wire(const Request&)>;
  using Question = Connection::Question;

  // `tls_silent` is asked whenever a client says hello in TLS.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> create(const ServerSettings& settings, Handler handler,
                                                                  Question tls_silent);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Serves until `stop_fd` becomes readable.
  void run(int stop_fd);

 private:
  HttpServer() = default;
  using Timers = std::multimap<Steady, std::uint64_t>;

  void accept_all(Steady now);
  void on_input(Connection& connection, Steady now);
  void next_requests(Connection& connection, Steady now);
  bool send_on(Connection& connection, Steady now);
  void wake_at(Steady when, const Connection& connection);
  void run_timers(Steady now);
  void drop_idle(Steady now);
  void drop(const Connection& connection);
  void want_output(const Connection& connection, bool on) const;

  Handler handler_;
  Question tls_silent_;
  Descriptor listener_;
  Descriptor epoll_;
  std::unique_ptr<SSL_CTX, SslContextDelete> tls_;
  std::uint16_t port_ = 0;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  Timers timers_;  // what to go on with, and when
  Steady next_sweep_{};
};

}  // namespace taara::line_sim
