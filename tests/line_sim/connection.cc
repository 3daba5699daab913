// SPDX-License-Identifier: Apache-2.0
#include "line_sim/connection.h"

#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace taara::line_sim {

Connection::~Connection() { ::close(fd_); }

void Connection::choose_protocol(SSL_CTX* tls, const Question& tls_silent) {
  if (protocol_known_) return;
  constexpr unsigned char kTlsHandshake = 0x16;
  unsigned char first = 0;
  if (::recv(fd_, &first, 1, MSG_PEEK) != 1) return;
  protocol_known_ = true;
  if (first != kTlsHandshake) return;
  if (tls == nullptr || tls_silent()) {
    mute_ = true;
    return;
  }
  ssl_.reset(SSL_new(tls));
  SSL_set_fd(ssl_.get(), fd_);
  SSL_set_accept_state(ssl_.get());
}

Connection::Got Connection::receive(Steady now) {
  std::array<char, 16'384> buffer{};
  for (;;) {
    ssize_t got = 0;
    if (ssl_) {
      ERR_clear_error();
      const int read = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
      got = read;
      if (read <= 0) {
        const int why = SSL_get_error(ssl_.get(), read);
        return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? Got::nothing : Got::closed;
      }
    } else {
      got = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (got == 0) return Got::closed;
      if (got < 0) return errno == EAGAIN || errno == EINTR ? Got::nothing : Got::closed;
    }
    active_ = now;
    if (hanging()) continue;  // nobody will read it
    input_.append(buffer.data(), static_cast<std::size_t>(got));
    if (!ssl_ && static_cast<std::size_t>(got) < buffer.size()) return Got::more;
    if (input_.size() > 2 * (std::size_t{1} << 20U)) return Got::closed;  // no client of ours pipelines that much
    if (ssl_ && SSL_pending(ssl_.get()) == 0) return Got::more;
  }
}

void Connection::answer(Wire wire) {
  wire_ = std::move(wire);
  start_sent_ = 0;
  blocks_sent_ = 0;
  block_sent_ = 0;
  tail_sent_ = 0;
  allowance_ = 1;
}

std::string_view Connection::next_piece() const {
  const Wire& wire = *wire_;
  if (start_sent_ < wire.start.size()) {
    const std::string_view rest = std::string_view(wire.start).substr(start_sent_);
    if (wire.slow_from == kNotSlow) return rest;
    if (start_sent_ < wire.slow_from) return rest.substr(0, wire.slow_from - start_sent_);
    return rest.substr(0, allowance_);
  }
  if (blocks_sent_ < wire.repeat) return std::string_view(*wire.block).substr(block_sent_);
  return std::string_view(wire.tail).substr(tail_sent_);
}

void Connection::taken(std::size_t bytes) {
  if (start_sent_ < wire_->start.size()) {
    if (start_sent_ >= wire_->slow_from) allowance_ -= bytes;
    start_sent_ += bytes;
  } else if (blocks_sent_ < wire_->repeat) {
    block_sent_ += bytes;
    if (block_sent_ == wire_->block->size()) {
      block_sent_ = 0;
      ++blocks_sent_;
    }
  } else {
    tail_sent_ += bytes;
  }
}

long Connection::write_some(std::string_view bytes) {
  if (ssl_) {
    ERR_clear_error();
    const int sent = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (sent > 0) return sent;
    const int why = SSL_get_error(ssl_.get(), sent);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
  }
  const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return sent;
  return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

Connection::Sent Connection::send(Steady now) {
  for (;;) {
    const bool slow_part = start_sent_ >= wire_->slow_from && start_sent_ < wire_->start.size();
    if (slow_part && allowance_ == 0) {
      allowance_ = 1;
      return Sent::paced;
    }
    const std::string_view piece = next_piece();
    if (piece.empty()) return Sent::all;
    const long sent = write_some(piece);
    if (sent < 0) return Sent::closed;
    if (sent == 0) return Sent::blocked;
    active_ = now;
    taken(static_cast<std::size_t>(sent));
  }
}

void Connection::prepare_reset() const {
  const linger now{1, 0};
  (void)::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace taara::line_sim
