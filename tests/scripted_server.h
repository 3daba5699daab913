// SPDX-License-Identifier: Apache-2.0
// A server on loopback that does exactly what a test's script says with every connection: raw bytes, so that any
// fault can be played. Each connection has a thread; the destructor cuts what is open and joins them all.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace taara::test {

class Connection {
 public:
  Connection(int fd, int number) : fd_(fd), number_(number) {}
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] int number() const { return number_; }  // 1 for the first connection of the server

  // Head and body (by Content-Length) of the next request; empty when the client has gone.
  std::string read_request() {
    const auto head_end = [this] { return buffer_.find("\r\n\r\n"); };
    while (head_end() == std::string::npos) {
      if (!read_more()) return {};
    }
    std::size_t size = head_end() + 4;
    const auto length = buffer_.find("Content-Length: ");
    if (length < size) size += std::strtoul(buffer_.c_str() + length + 16, nullptr, 10);
    while (buffer_.size() < size) {
      if (!read_more()) return {};
    }
    std::string request = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return request;
  }

  // False when the client has gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void reply(std::string_view body, std::string_view status = "200 OK", std::string_view headers = "") {
    send("HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }

  // Nothing for a while, or until the client (or the test) hangs up: then false.
  bool wait(std::chrono::milliseconds longest) {
    pollfd entry{fd_, POLLRDHUP, 0};
    return ::poll(&entry, 1, static_cast<int>(longest.count())) == 0;
  }
  void wait_for_hangup() {
    while (wait(std::chrono::hours(1))) {
    }
  }

  void reset() {  // RST instead of FIN
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  void close() {
    const int fd = fd_.exchange(-1);
    if (fd >= 0) ::close(fd);
  }
  void cut() {  // from another thread: ends every call that waits
    const int fd = fd_;
    if (fd >= 0) ::shutdown(fd, SHUT_RDWR);
  }

 private:
  bool read_more() {
    char chunk[4096];
    const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
    if (got > 0) buffer_.append(chunk, static_cast<std::size_t>(got));
    return got > 0;
  }

  std::atomic<int> fd_;
  int number_;
  std::string buffer_;
};

class ScriptedServer {
 public:
  using Script = std::function<void(Connection&)>;

  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    ::signal(SIGPIPE, SIG_IGN);  // clients go away in the middle of things here
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 128) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no port for the scripted server");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const auto& connection : open_) connection->cut();
    }
    for (std::thread& thread : threads_) thread.join();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] std::string url(std::string_view path = "/", std::string_view scheme = "http") const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

 private:
  void accept_all() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const auto connection = std::make_shared<Connection>(fd, ++connections_);
      {
        const std::lock_guard lock(mutex_);
        open_.push_back(connection);
      }
      threads_.emplace_back([this, connection] {
        script_(*connection);
        const std::lock_guard lock(mutex_);
        std::erase(open_, connection);
        connection->close();
      });
    }
  }

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<std::shared_ptr<Connection>> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace taara::test
