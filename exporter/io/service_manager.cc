// SPDX-License-Identifier: Apache-2.0
#include "io/service_manager.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "io/descriptor.h"

namespace taara {
namespace {

constexpr timeval kLongestSend{1, 0};  // its queue is full only when it is in trouble itself; then we go on

std::string taken_from_environment(const char* name) {
  const char* const value = ::secure_getenv(name);
  std::string text = value == nullptr ? "" : value;
  ::unsetenv(name);
  return text;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

bool fits(std::string_view socket) {
  return socket.size() > 1 && socket.size() < sizeof(sockaddr_un::sun_path) &&
         (socket.front() == '/' || socket.front() == '@');
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  ServiceManager manager;
  const std::string socket = taken_from_environment("NOTIFY_SOCKET");
  const auto limit_usec = number_in(taken_from_environment("WATCHDOG_USEC"));
  const std::string watched = taken_from_environment("WATCHDOG_PID");
  if (!fits(socket)) return manager;
  manager.socket_ = socket;
  const bool us = watched.empty() || watched == std::to_string(::getpid());
  constexpr std::uint64_t kMostUsec = std::uint64_t{1'000'000} * 3600 * 24 * 365;
  if (us && limit_usec && *limit_usec >= 1000 && *limit_usec <= kMostUsec)
    manager.watchdog_ = milliseconds{static_cast<milliseconds::rep>(*limit_usec / 1000)};
  return manager;
}

void ServiceManager::ready(std::string_view status) const { tell("READY=1\nSTATUS=" + std::string(status)); }

// The time lets it tell this reload from an earlier one.
void ServiceManager::reloading(Steady now) const {
  const auto usec = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec));
}

void ServiceManager::stopping(std::string_view status) const { tell("STOPPING=1\nSTATUS=" + std::string(status)); }

void ServiceManager::alive() const { tell("WATCHDOG=1"); }

void ServiceManager::tell(std::string_view state) const {
  if (socket_.empty()) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const Descriptor to(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!to.open()) return;  // no descriptor to be had: the manager learns that from our silence
  (void)::setsockopt(to.get(), SOL_SOCKET, SO_SNDTIMEO, &kLongestSend, sizeof(kLongestSend));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  (void)::sendto(to.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace taara
