// SPDX-License-Identifier: Apache-2.0
#include "io/web_server.h"

#include <CivetServer.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "core/content_negotiation.h"
#include "core/listen_address.h"
#include "io/socket_cut.h"
#include "io/tls_front.h"
#include "io/web_civet_request.h"
#include "io/web_civet_settings.h"
#include "io/web_knock.h"

namespace taara {
namespace {

constexpr std::string_view kOther = "other";

void plain_answer(WebResponse& response, int status, std::string_view text) {
  response.status(status);
  response.write(text);
  response.finish();
}

}  // namespace

struct WebServer::State {
  std::vector<Route> routes;
  WebEvents events;
  const Clock& clock;
  WebLimits limits;
  std::optional<WebAccess> access;
  std::vector<ListenAddress> addresses;  // civetweb's: where we listen, or one inside
  std::thread::id starter = std::this_thread::get_id();
  std::string trouble;  // what civetweb said first to the thread that starts it: the cause
  std::unique_ptr<CivetServer> server;
  bool with_tls = false;
  std::unique_ptr<TlsFront> front;
  std::atomic<const TlsFront*> front_seen{nullptr};

  State(std::vector<Route> with_routes, WebEvents with_events, const Clock& with_clock, const WebLimits& with_limits,
        std::optional<WebAccess> with_access)
      : routes(std::move(with_routes)),
        events(std::move(with_events)),
        clock(with_clock),
        limits(with_limits),
        access(with_access) {}

  static State& of(const mg_connection* connection) {
    const auto* server = static_cast<const CivetServer*>(mg_get_user_data(mg_get_context(connection)));
    // The pointer that start() passed in is not const.
    return *const_cast<State*>(static_cast<const State*>(server->getUserContext()));
  }

  WebResponse::Wire wire_to(mg_connection* connection) const {
    return [this, connection, deadline = clock.steady() + limits.exchange_timeout](std::string_view data) {
      if (clock.steady() > deadline) return false;
      return mg_write(connection, data.data(), data.size()) == static_cast<int>(data.size());
    };
  }

  const Route* find(std::string_view path) const {
    const auto find_if = [&](const auto& fits) {
      const auto found = std::find_if(routes.begin(), routes.end(), fits);
      return found == routes.end() ? nullptr : &*found;
    };
    if (const Route* own = find_if([&](const Route& r) { return r.path == path; })) return own;
    return find_if([&](const Route& r) { return r.whole_folder && path.starts_with(r.path + "/"); });
  }

  // Who asks. With TLS every connection comes from our own front; another one is somebody on this machine who would go
  // around it, and is nobody.
  [[nodiscard]] std::optional<IpAddress> asker(const mg_request_info& info) const {
    const std::string_view address = info.remote_addr;
    if (with_tls) {
      const TlsFront* const seen = front_seen;
      return seen == nullptr ? std::nullopt : seen->behind(static_cast<unsigned>(info.remote_port));
    }
    return address.find(':') == std::string_view::npos ? parse_ipv4(address) : parse_ipv6(address);
  }

  // True when it was answered here: who asks may not come in.
  [[nodiscard]] bool turned_away(mg_connection* connection, const mg_request_info& info, const Route* route,
                                 const WatchedWebConfig::Current& config, WebResponse& response) const {
    const auto from = asker(info);
    if (!from) {
      plain_answer(response, 403, "This port is for the exporter itself; ask where it listens.\n");
      return true;
    }
    if (!config || (route != nullptr && route->for_all)) return false;
    const Admission admission =
        access->guard.admit({config, &config->config}, *from, CivetRequest(connection).header("Authorization"));
    using enum Admission::Kind;
    if (admission.kind == passes) return false;
    // So that the answer isn't lost with a body that nobody read.
    if (std::string_view(info.request_method) == "POST") (void)take_body(connection, info);
    if (admission.kind != password_needed)
      response.header("Retry-After", std::to_string(admission.retry_after.count()));
    switch (admission.kind) {
      case password_needed:
        response.header("WWW-Authenticate", R"(Basic realm="Taara Monitor", charset="UTF-8")");
        plain_answer(response, 401, "These pages need a user name and a password.\n");
        break;
      case locked_out:
        plain_answer(response, 429,
                     "Too many wrong passwords came from this address; it is listened to again after a while.\n");
        break;
      case too_fast:
        plain_answer(response, 429, "Too many requests; come again a little later.\n");
        break;
      default:
        plain_answer(response, 503, "Other logins are being looked at; come again in a moment.\n");
        break;
    }
    if ((admission.kind == password_needed || admission.kind == locked_out) && events.login_refused)
      events.login_refused();
    return true;
  }

  // Nobody wants a body, but closing before it was read would cut off the answer as well. Byte by byte: each read has
  // civetweb's timeout, and a dripping client meets the deadline in between.
  [[nodiscard]] int take_body(mg_connection* connection, const mg_request_info& info) const {
    if (mg_get_header(connection, "Transfer-Encoding") != nullptr) return 411;
    if (info.content_length > limits.max_body_bytes) return 413;
    if (mg_get_header(connection, "Expect") != nullptr) return 200;
    const Steady deadline = clock.steady() + limits.request_timeout;
    char byte = 0;
    for (long long left = info.content_length; left > 0; --left) {
      if (mg_read(connection, &byte, 1) != 1 || clock.steady() > deadline) return 408;
    }
    return 200;
  }

  void answer(mg_connection* connection, const mg_request_info& info, const Route* route, WebResponse& response) const {
    const std::string_view method = info.request_method;
    if (std::string_view(info.local_uri_raw).size() > limits.max_path_bytes) {
      return plain_answer(response, 414, "This address is too long.\n");
    }
    if (route == nullptr) return plain_answer(response, 404, "There is nothing at this address; / has the list.\n");
    if (route->method == Route::Method::post) {
      if (method != "POST") {
        response.header("Allow", "POST");
        return plain_answer(response, 405, "This address takes POST only.\n");
      }
      switch (const int status = take_body(connection, info)) {
        case 200:
          break;
        case 408:
          return plain_answer(response, status, "The request's body did not come in time.\n");
        case 411:
          return plain_answer(response, status, "Send the body with a Content-Length, or none.\n");
        default:
          return plain_answer(response, status, "The request's body is too large; none is needed.\n");
      }
    } else if (method != "GET" && method != "HEAD") {
      response.header("Allow", "GET, HEAD");
      return plain_answer(response, 405, "This address takes GET and HEAD only.\n");
    }
    route->handle(CivetRequest(connection), response);
    response.finish();
  }

  int serve(mg_connection* connection) const {
    const mg_request_info& info = *mg_get_request_info(connection);
    const Route* route = find(info.local_uri_raw);
    const std::string_view label = route == nullptr ? kOther : std::string_view(route->path);
    WebResponse::Request shape;
    shape.head = std::string_view(info.request_method) == "HEAD";
    shape.http_1_0 = std::string_view(info.http_version) == "1.0";
    shape.gzip = accepts_gzip(CivetRequest(connection).header("Accept-Encoding"));
    const auto wire = wire_to(connection);
    WebResponse response(shape, wire);
    const WatchedWebConfig::Current config = access ? access->config.current() : nullptr;
    if (config) response.use_headers(config->config.headers);
    int status = 500;
    try {
      if (!turned_away(connection, info, route, config, response)) answer(connection, info, route, response);
      status = response.status();
    } catch (const std::exception& error) {
      events.failed(label, error.what());
    } catch (...) {
      events.failed(label, "unknown exception");
    }
    if (status == 500 && !response.begun()) {
      WebResponse apology(shape, wire);
      plain_answer(apology, status, "Something went wrong here; the log says what.\n");
    }
    events.answered(label, status);
    return status;
  }

  // civetweb is C: no exception may cross these.
  static int begin_request(mg_connection* connection) noexcept {
    // Otherwise civetweb reads the rest of a body after the answer, for as long as it keeps dripping.
    mg_disable_connection_keep_alive(connection);
    try {
      return of(connection).serve(connection);
    } catch (...) {
      return 500;  // no memory even for the apology: the connection is closed
    }
  }

  // What civetweb refuses before it is a request.
  static int http_error(mg_connection* connection, int status, const char* /*message*/) noexcept {
    try {
      const State& state = of(connection);
      WebResponse response({}, state.wire_to(connection));
      plain_answer(response, status, "This is not a request that can be answered.\n");
      state.events.answered(kOther, status);
    } catch (...) {
      return 0;
    }
    return 0;
  }

  [[nodiscard]] Result<void> start_civetweb(const std::vector<ListenAddress>& at) {
    if (auto usable = civetweb_can_listen(at); usable.has_error()) return usable;
    CivetCallbacks callbacks;
    callbacks.begin_request = &State::begin_request;
    callbacks.http_error = &State::http_error;
    callbacks.log_message = &State::log_message;
    try {
      server = std::make_unique<CivetServer>(civet_options(at, limits), &callbacks, this);
    } catch (const std::exception&) {
      return civetweb_trouble(at, trouble);
    }
    const std::vector<int> ports = server->getListeningPorts();
    addresses = at;
    for (std::size_t i = 0; i < std::min(ports.size(), addresses.size()); ++i) {
      addresses[i].port = static_cast<unsigned>(ports[i]);
    }
    return {};
  }

  [[nodiscard]] Result<void> start_front(const std::vector<ListenAddress>& at) {
    TlsFrontParts parts{.server_port = addresses.at(0).port,
                        .context = [this] { return access->config.current()->tls; },
                        .refused =
                            [this](const IpAddress& from, std::string_view why, bool about_client) {
                              if (events.handshake_failed) events.handshake_failed(from, why, about_client);
                            },
                        .limits = {.handshake = limits.request_timeout,
                                   .exchange = limits.exchange_timeout + 2 * limits.request_timeout,
                                   .goodbye = limits.request_timeout}};
    auto started = TlsFront::start(at, std::move(parts), clock);
    if (started.has_error()) return started.error();
    front = *std::move(started);
    front_seen = front.get();
    return {};
  }

  static int log_message(const mg_connection* connection, const char* message) noexcept {
    try {
      State& state = of(connection);
      if (std::this_thread::get_id() == state.starter && state.trouble.empty()) state.trouble = message;
    } catch (...) {
      return 1;
    }
    return 1;  // nothing to stderr
  }
};

Result<std::unique_ptr<WebServer>> WebServer::start(const std::vector<ListenAddress>& addresses,
                                                    std::vector<Route> routes, WebEvents events, const Clock& clock,
                                                    const WebLimits& limits, std::optional<WebAccess> access) {
  auto state = std::make_unique<State>(std::move(routes), std::move(events), clock, limits, access);
  state->with_tls = access && access->config.current()->tls != nullptr;
  const std::vector<ListenAddress> inside{{"127.0.0.1", 0}};
  if (auto started = state->start_civetweb(state->with_tls ? inside : addresses); started.has_error())
    return started.error();
  if (state->with_tls) {
    auto front = state->start_front(addresses);
    if (front.has_error()) return front.error();
  }
  return std::unique_ptr<WebServer>(new WebServer(std::move(state)));
}

WebServer::WebServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

// civetweb looks at its stop flag every two seconds while it waits for a connection or for bytes. Cutting the sockets
// under it wakes it at once; again and again, because the flag is raised inside close().
WebServer::~WebServer() {
  std::jthread waker;
  try {
    waker = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        std::this_thread::sleep_for(milliseconds(5));
        cut_sockets_at(state_->addresses);
      }
    });
  } catch (const std::exception&) {
    // No thread to be had: stopping takes up to two seconds longer.
  }
  state_->server->close();  // before the front goes: web threads ask it who is behind a connection
}

bool WebServer::answers(milliseconds longest, const std::function<bool()>& give_up) const {
  const auto at = [&](const ListenAddress& address) {
    return somebody_answers(address, longest, state_->clock, give_up);
  };
  return at(state_->addresses.front()) && (!state_->front || at(state_->front->addresses().front()));
}

const std::vector<ListenAddress>& WebServer::addresses() const {
  return state_->front ? state_->front->addresses() : state_->addresses;
}

}  // namespace taara
