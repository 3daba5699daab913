// SPDX-License-Identifier: Apache-2.0
#include "io/tls_connection.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace taara {
namespace {

constexpr std::size_t kHeld = std::size_t{16} * 1024;  // a TLS record

// To somebody who speaks HTTP to a TLS port, in a language that he understands.
constexpr std::string_view kSpeakTls =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
    "Connection: close\r\nContent-Length: 60\r\n\r\n"
    "This address speaks TLS: write https:// in front, not http.\n";

bool is_about_certificate(int reason) {
  return reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE || reason == SSL_R_CERTIFICATE_VERIFY_FAILED;
}

}  // namespace

TlsConnection::TlsConnection(Descriptor client, const IpAddress& from, TlsContext context, const TlsLimits& limits,
                             Steady now)
    : client_(std::move(client)),
      from_(from),
      context_(std::move(context)),
      limits_(limits),
      ssl_(SSL_new(context_.get())),
      deadline_(now + limits.handshake) {
  ERR_clear_error();
  if (ssl_ && SSL_set_fd(ssl_.get(), client_.get()) == 1)
    SSL_set_accept_state(ssl_.get());
  else
    give_up();
}

TlsConnection::~TlsConnection() = default;

short TlsConnection::client_events() const {
  switch (state_) {
    case State::handshake:
      return handshake_wants_write_ ? POLLOUT : POLLIN;
    case State::goodbye:
      return POLLIN;
    case State::over:
      return 0;
    default:
      break;
  }
  short events = 0;
  if (!client_done_ && to_server_.empty()) events = read_wants_write_ ? POLLOUT : POLLIN;
  if (!to_client_.empty()) events = static_cast<short>(events | (write_wants_read_ ? POLLIN : POLLOUT));
  return events;
}

short TlsConnection::server_events() const {
  if (state_ != State::pumping) return 0;
  short events = 0;
  if (!to_server_.empty()) events = POLLOUT;
  if (!server_done_ && to_client_.empty()) events = static_cast<short>(events | POLLIN);
  return events;
}

void TlsConnection::move_on(Steady now) {
  if (now >= deadline_) return give_up();
  if (state_ == State::handshake) shake_hands(now);
  if (state_ == State::first_bytes && to_server_.empty()) {
    (void)read_client();
    if (client_done_ && to_server_.empty()) give_up();
  }
  if (state_ == State::pumping) pump(now);
  if (state_ == State::goodbye) drain();
}

void TlsConnection::connect(Descriptor server, Steady now) {
  server_ = std::move(server);
  state_ = State::pumping;
  deadline_ = now + limits_.exchange;
}

void TlsConnection::shake_hands(Steady now) {
  ERR_clear_error();
  const int result = SSL_accept(ssl_.get());
  if (result == 1) {
    state_ = State::first_bytes;
    deadline_ = now + limits_.handshake;
    return;
  }
  const int error = SSL_get_error(ssl_.get(), result);
  handshake_wants_write_ = error == SSL_ERROR_WANT_WRITE;
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) handshake_failed();
}

void TlsConnection::handshake_failed() {
  const unsigned long code = ERR_peek_error();
  const int number = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
  const char* words = code == 0 ? nullptr : ERR_reason_error_string(code);
  refused_ = words == nullptr ? "the connection ended" : words;
  refused_for_certificate_ = is_about_certificate(number);
  if (refused_for_certificate_ && SSL_get_verify_result(ssl_.get()) != X509_V_OK)
    refused_ += std::string(": ") + X509_verify_cert_error_string(SSL_get_verify_result(ssl_.get()));
  if (number == SSL_R_HTTP_REQUEST) (void)!send(client_.get(), kSpeakTls.data(), kSpeakTls.size(), MSG_NOSIGNAL);
  ERR_clear_error();
  // OpenSSL has sent its alert. Closing with unread bytes would take it back.
  shutdown(client_.get(), SHUT_WR);
  to_client_.clear();
  state_ = State::goodbye;
}

bool TlsConnection::read_client() {
  std::array<char, kHeld> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  ERR_clear_error();
  const int got = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
  if (got > 0) {
    read_wants_write_ = false;
    to_server_.assign(piece.data(), static_cast<std::size_t>(got));
    return true;
  }
  const int error = SSL_get_error(ssl_.get(), got);
  read_wants_write_ = error == SSL_ERROR_WANT_WRITE;
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return false;
  client_done_ = true;
  if (error != SSL_ERROR_ZERO_RETURN) give_up();  // cut off, or no TLS any longer
  return false;
}

bool TlsConnection::write_server() {
  const ssize_t sent = send(server_.get(), to_server_.data(), to_server_.size(), MSG_NOSIGNAL);
  if (sent > 0) {
    to_server_.erase(0, static_cast<std::size_t>(sent));
    return true;
  }
  if (errno == EAGAIN || errno == EINTR || errno == ENOTCONN) return false;
  to_server_.clear();  // it listens no longer; its answer may still be there
  client_done_ = true;
  return false;
}

bool TlsConnection::read_server() {
  std::array<char, kHeld> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  const ssize_t got = recv(server_.get(), piece.data(), piece.size(), 0);
  if (got > 0) {
    to_client_.assign(piece.data(), static_cast<std::size_t>(got));
    return true;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN)) return false;
  server_done_ = true;
  return false;
}

bool TlsConnection::write_client() {
  ERR_clear_error();
  const int sent = SSL_write(ssl_.get(), to_client_.data(), static_cast<int>(to_client_.size()));
  if (sent > 0) {
    write_wants_read_ = false;
    to_client_.erase(0, static_cast<std::size_t>(sent));
    return true;
  }
  const int error = SSL_get_error(ssl_.get(), sent);
  write_wants_read_ = error == SSL_ERROR_WANT_READ;
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) give_up();
  return false;
}

// Bounded, so that one fast client leaves the thread to others now and then.
void TlsConnection::pump(Steady now) {
  constexpr int kPieces = 16;
  for (int i = 0; i < kPieces && state_ == State::pumping; ++i) {
    bool moved = false;
    if (!to_server_.empty()) moved = write_server();
    if (state_ == State::pumping && to_server_.empty() && !client_done_) moved = read_client() || moved;
    if (state_ == State::pumping && to_client_.empty() && !server_done_) moved = read_server() || moved;
    if (state_ == State::pumping && !to_client_.empty()) moved = write_client() || moved;
    if (!moved) break;
  }
  if (state_ != State::pumping || !server_done_ || !to_client_.empty()) return;
  say_goodbye(now);
}

void TlsConnection::say_goodbye(Steady now) {
  server_.close();
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
  shutdown(client_.get(), SHUT_WR);
  state_ = State::goodbye;
  deadline_ = now + limits_.goodbye;
}

// Until the client has closed: closing before it has read would take the answer's end from it.
void TlsConnection::drain() {
  std::array<char, kHeld> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  for (int i = 0; i < 16; ++i) {
    const ssize_t got = recv(client_.get(), piece.data(), piece.size(), 0);
    if (got > 0) continue;
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) give_up();
    return;
  }
}

}  // namespace taara
