// SPDX-License-Identifier: Apache-2.0
// Tells the service manager how the service is (sd_notify(3)): one datagram to the socket that it named. Without one
// nothing happens, so a daemon that was started by hand says the same things to nobody.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace taara {

class ServiceManager {
 public:
  // Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID, and takes them out of the environment: no child of ours
  // speaks for us. Before any thread exists.
  [[nodiscard]] static ServiceManager from_environment();

  // A `status` is one line for whoever asks how the service is; everybody on the machine may, so it names nobody.
  void ready(std::string_view status) const;
  void reloading(Steady now) const;  // ends with ready()
  void stopping(std::string_view status) const;
  void alive() const;

  // How long it waits for alive() before it ends us; absent: it doesn't watch.
  [[nodiscard]] std::optional<milliseconds> watchdog() const { return watchdog_; }

 private:
  void tell(std::string_view state) const;

  std::string socket_;  // a path, or "@" and an abstract name; empty: nobody listens
  std::optional<milliseconds> watchdog_;
};

}  // namespace taara
