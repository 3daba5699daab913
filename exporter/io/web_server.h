// SPDX-License-Identifier: Apache-2.0
// The web server: a few exact routes on a few addresses, behind civetweb. It serves functions, never files, looks into
// no parameters, and every wait and every size has a bound. Handlers are called by several threads at once; one that
// throws costs its client a 500 and nothing else.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/ip_address.h"
#include "core/result.h"
#include "core/time.h"
#include "io/login_guard.h"
#include "io/watched_web_config.h"
#include "io/web_response.h"

namespace taara {

class WebRequest {
 public:
  virtual ~WebRequest() = default;
  // As it was sent, without the query.
  [[nodiscard]] virtual std::string_view path() const = 0;
  // Empty when the client did not send it.
  [[nodiscard]] virtual std::string_view header(const char* name) const = 0;
  // What follows the first ? of the address, as it was sent; core/query.h reads it.
  [[nodiscard]] virtual std::string_view query() const = 0;
};

struct Route {
  enum class Method { get, post };  // get answers HEAD, too
  std::string path;                 // the whole path, byte for byte
  Method method = Method::get;
  std::function<void(const WebRequest&, WebResponse&)> handle;
  bool whole_folder = false;  // takes everything below `path`, too, that has no route of its own
  bool for_all = false;       // needs no password, and no rate limit holds for it
};

struct WebLimits {
  int threads = 8;
  milliseconds request_timeout{2'000};  // for a whole request head, for each wait for body bytes, for a stalled reader
  milliseconds exchange_timeout{30'000};  // from the request's head to the end of the answer
  int max_request_bytes = 8192;           // request line and headers
  std::size_t max_path_bytes = 1024;
  long long max_body_bytes = 4096;
  int connection_queue = 32;
  int listen_backlog = 128;
};

struct WebEvents {                                                            // called by the web threads
  std::function<void(std::string_view route, int status)> answered;           // route "other" for what is none
  std::function<void(std::string_view route, std::string_view what)> failed;  // a handler threw
  std::function<void()> login_refused = {};                                   // a password missing, wrong or too often
  // A TLS handshake came to nothing. `about_client`: for the client's certificate or the want of one.
  std::function<void(const IpAddress& from, std::string_view why, bool about_client)> handshake_failed = {};
};

// Who may come in; absent: everybody, and without TLS.
struct WebAccess {
  WatchedWebConfig& config;
  LoginGuard& guard;
};

class WebServer {
 public:
  // `addresses` are validated literals (civetweb would take "256.0.0.0" for "all"); port 0 takes a free one. The clock
  // and what `access` names must outlive the server. Whether there is TLS is decided here, once. Errors: busy (the port
  // is taken), permission (a privileged port), invalid (IPv6 where civetweb was built without it, as Debian's is), io.
  [[nodiscard]] static Result<std::unique_ptr<WebServer>> start(const std::vector<ListenAddress>& addresses,
                                                                std::vector<Route> routes, WebEvents events,
                                                                const Clock& clock, const WebLimits& limits,
                                                                std::optional<WebAccess> access = std::nullopt);
  // Stops within a second, whatever the clients do: open connections are cut.
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  // Whether it still answers, asked from outside on a connection of its own; behind TLS the front and the server
  // inside. Takes at most `longest` for each, and ends soon after `give_up` says so.
  [[nodiscard]] bool answers(milliseconds longest, const std::function<bool()>& give_up) const;

  // With the real ports.
  [[nodiscard]] const std::vector<ListenAddress>& addresses() const;

 private:
  struct State;
  explicit WebServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace taara
