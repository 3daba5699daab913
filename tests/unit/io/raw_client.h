// SPDX-License-Identifier: Apache-2.0
// A TCP client that sends exactly what a test says, also what no decent client would.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/config.h"

namespace taara {

class RawClient {
 public:
  explicit RawClient(const ListenAddress& to, int receive_buffer = 0) {
    const bool is_v6 = to.host.find(':') != std::string::npos;
    fd_ = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval longest{10, 0};  // a test that hangs fails instead
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof(longest));
    if (receive_buffer > 0) setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    sockaddr_storage address{};
    socklen_t size = 0;
    if (is_v6) {
      auto* in = reinterpret_cast<sockaddr_in6*>(&address);
      in->sin6_family = AF_INET6;
      in->sin6_port = htons(static_cast<std::uint16_t>(to.port));
      inet_pton(AF_INET6, to.host.c_str(), &in->sin6_addr);
      size = sizeof(*in);
    } else {
      auto* in = reinterpret_cast<sockaddr_in*>(&address);
      in->sin_family = AF_INET;
      in->sin_port = htons(static_cast<std::uint16_t>(to.port));
      inet_pton(AF_INET, to.host.c_str(), &in->sin_addr);
      size = sizeof(*in);
    }
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0;
  }
  RawClient(RawClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient() {
    if (fd_ >= 0) close(fd_);
  }

  [[nodiscard]] bool connected() const { return connected_; }
  void say(std::string_view bytes) const { (void)!send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void say_no_more() const { shutdown(fd_, SHUT_WR); }

  // Everything until the server closes; "(hangs)" at the end when it does not.
  [[nodiscard]] std::string hear() const {
    std::string all;
    std::array<char, 65536> piece;
    for (;;) {
      const ssize_t size = recv(fd_, piece.data(), piece.size(), 0);
      if (size == 0 || (size < 0 && errno == ECONNRESET)) return all;
      if (size < 0) return all + "(hangs)";
      all.append(piece.data(), static_cast<std::size_t>(size));
    }
  }

 private:
  int fd_ = -1;
  bool connected_ = false;
};

inline std::string ask(const ListenAddress& address, std::string_view request) {
  const RawClient client(address);
  client.say(request);
  return client.hear();
}

inline std::string get(const ListenAddress& address, const std::string& path, const std::string& headers = "") {
  return ask(address, "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
}

inline std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

}  // namespace taara
