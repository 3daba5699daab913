// SPDX-License-Identifier: Apache-2.0
// One client: bytes in, bytes out, plain or TLS (told apart by the first byte). Never blocks.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "line_sim/wire.h"

namespace taara::line_sim {

struct SslDelete {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

class Connection {
 public:
  using Question = std::function<bool()>;
  enum class Got { more, nothing, closed };
  enum class Sent { all, blocked, paced, closed };

  Connection(int fd, std::uint64_t id, Steady now) : fd_(fd), id_(id), active_(now) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] Steady active() const { return active_; }

  // Looks at the first byte once it is there; `tls` may be null (TLS not offered).
  void choose_protocol(SSL_CTX* tls, const Question& tls_silent);
  // Reads what is there behind `input()`.
  [[nodiscard]] Got receive(Steady now);
  [[nodiscard]] std::string& input() { return input_; }

  [[nodiscard]] bool answering() const { return wire_.has_value(); }
  [[nodiscard]] bool hanging() const { return mute_ || (wire_ && wire_->ending == Ending::hang); }
  [[nodiscard]] const Wire& wire() const { return *wire_; }
  void answer(Wire wire);
  // Sends on; paced means: again in kPace.
  [[nodiscard]] Sent send(Steady now);
  void answered() { wire_.reset(); }
  // The next close sends RST.
  void prepare_reset() const;

  static constexpr milliseconds kPace{500};

 private:
  // What comes next of the answer, and how much of it has been taken.
  [[nodiscard]] std::string_view next_piece() const;
  void taken(std::size_t bytes);
  // >0 bytes; 0 blocked; -1 closed.
  [[nodiscard]] long write_some(std::string_view bytes);

  int fd_;
  std::uint64_t id_;
  Steady active_;
  bool protocol_known_ = false;
  bool mute_ = false;
  std::unique_ptr<SSL, SslDelete> ssl_;
  std::string input_;
  std::optional<Wire> wire_;
  std::size_t start_sent_ = 0;
  std::uint64_t blocks_sent_ = 0;
  std::size_t block_sent_ = 0;
  std::size_t tail_sent_ = 0;
  std::size_t allowance_ = 0;  // bytes that a slow answer may send now
};

}  // namespace taara::line_sim
