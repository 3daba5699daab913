// SPDX-License-Identifier: Apache-2.0
// One TLS connection from outside, handed on in the clear to the web server inside. It never blocks: it is moved on
// whenever a descriptor that it waits for is ready, and has a deadline for each of its states. Used by one thread.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "core/ip_address.h"
#include "core/time.h"
#include "io/descriptor.h"
#include "io/tls_context.h"

namespace taara {

struct TlsLimits {
  milliseconds handshake{2'000};  // from accept to the end of the handshake, and from there to the first byte
  milliseconds exchange{40'000};  // from the first byte of the request to the last of the answer
  milliseconds goodbye{2'000};    // for a client that takes its time with the rest
};

class TlsConnection {
 public:
  TlsConnection(Descriptor client, const IpAddress& from, TlsContext context, const TlsLimits& limits, Steady now);
  ~TlsConnection();
  TlsConnection(const TlsConnection&) = delete;
  TlsConnection& operator=(const TlsConnection&) = delete;

  // What poll() shall wait for; an event mask of 0 for nothing.
  [[nodiscard]] short client_events() const;
  [[nodiscard]] short server_events() const;
  [[nodiscard]] int client() const { return client_.get(); }
  [[nodiscard]] int server() const { return server_.get(); }
  [[nodiscard]] Steady deadline() const { return deadline_; }
  [[nodiscard]] const IpAddress& from() const { return from_; }

  // Does all that can be done without waiting.
  void move_on(Steady now);
  // The first bytes of a request are here: give it a connection to the server.
  [[nodiscard]] bool wants_server() const { return state_ == State::first_bytes && !to_server_.empty(); }
  void connect(Descriptor server, Steady now);
  void give_up() { state_ = State::over; }
  // Both ways are shut: what is still to be said has no listener. (One way alone is a client that waits for us.)
  void client_is_gone() {
    if (state_ == State::pumping || state_ == State::first_bytes) give_up();
  }
  [[nodiscard]] bool over() const { return state_ == State::over; }
  // Why the handshake came to nothing; empty where it didn't.
  [[nodiscard]] const std::string& refused() const { return refused_; }
  [[nodiscard]] bool refused_for_certificate() const { return refused_for_certificate_; }

 private:
  enum class State { handshake, first_bytes, pumping, goodbye, over };
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  void shake_hands(Steady now);
  void handshake_failed();
  // Each moves some bytes one way; false when it can't now.
  bool read_client();
  bool write_server();
  bool read_server();
  bool write_client();
  void pump(Steady now);
  void say_goodbye(Steady now);
  void drain();

  Descriptor client_;
  Descriptor server_;
  IpAddress from_;
  TlsContext context_;
  TlsLimits limits_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  State state_ = State::handshake;
  Steady deadline_;
  std::string to_server_;
  std::string to_client_;
  bool client_done_ = false;  // says no more
  bool server_done_ = false;
  bool read_wants_write_ = false;
  bool write_wants_read_ = false;
  bool handshake_wants_write_ = false;
  std::string refused_;
  bool refused_for_certificate_ = false;
};

}  // namespace taara
