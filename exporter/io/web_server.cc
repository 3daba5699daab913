// SPDX-License-Identifier: Apache-2.0
#include "io/web_server.h"

#include <CivetServer.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <exception>
#include <thread>

#include "core/content_negotiation.h"
#include "io/socket_cut.h"

namespace taara {
namespace {

constexpr std::string_view kOther = "other";

class CivetRequest : public WebRequest {
 public:
  explicit CivetRequest(const mg_connection* connection) : connection_(connection) {}
  [[nodiscard]] std::string_view path() const override { return mg_get_request_info(connection_)->local_uri_raw; }
  [[nodiscard]] std::string_view header(const char* name) const override {
    const char* value = mg_get_header(connection_, name);
    return value == nullptr ? std::string_view{} : std::string_view(value);
  }
  [[nodiscard]] std::string_view query() const override {
    const char* text = mg_get_request_info(connection_)->query_string;
    return text == nullptr ? std::string_view{} : std::string_view(text);
  }

 private:
  const mg_connection* connection_;
};

bool is_v6(const ListenAddress& address) { return address.host.find(':') != std::string::npos; }

std::string to_string(const ListenAddress& address) {
  std::string text;
  text.append(is_v6(address) ? "[" : "").append(address.host).append(is_v6(address) ? "]:" : ":");
  return text.append(std::to_string(address.port));
}

std::string to_string(const std::vector<ListenAddress>& addresses) {
  std::string text;
  for (const ListenAddress& address : addresses) {
    if (!text.empty()) text += ',';
    text.append(to_string(address));
  }
  return text;
}

// No document_root: nothing is ever served from a file. Form parsing (mg_handle_form_request) is never called either;
// both have known holes in the version that we build on. No linger_timeout_ms: the system delivers what is sent when
// the socket is closed anyway, and a thread should not wait (up to a second) for a client that doesn't read.
std::vector<std::string> civet_options(const std::vector<ListenAddress>& addresses, const WebLimits& limits) {
  return {"listening_ports",    to_string(addresses),
          "num_threads",        std::to_string(limits.threads),
          "request_timeout_ms", std::to_string(limits.request_timeout.count()),
          "max_request_size",   std::to_string(limits.max_request_bytes),
          "connection_queue",   std::to_string(limits.connection_queue),
          "listen_backlog",     std::to_string(limits.listen_backlog),
          "enable_keep_alive",  "no",
          "tcp_nodelay",        "1",
          "decode_url",         "no"};
}

// civetweb says "cannot bind to 127.0.0.1:80: 13 (Permission denied)".
Error listen_error(const std::vector<ListenAddress>& addresses, std::string_view trouble) {
  int number = 0;
  const std::size_t at = trouble.rfind(": ");
  if (at != std::string_view::npos) {
    const std::string_view reason = trouble.substr(at + 2);
    std::from_chars(reason.data(), reason.data() + reason.size(), number);
  }
  const std::string what = "cannot listen on " + to_string(addresses) + ": ";
  if (number == EADDRINUSE) {
    return {Errc::busy, what + "the address is in use; stop the program that has it or choose another listen address"};
  }
  if (number == EACCES || number == EPERM) {
    return {Errc::permission, what + "not allowed; choose a port from 1024 up"};
  }
  if (number == EADDRNOTAVAIL) {
    return {Errc::io, what + "this machine has no such address; choose one that it has, such as 127.0.0.1"};
  }
  return {Errc::io, what + (trouble.empty() ? "the web server cannot start" : std::string(trouble))};
}

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
  std::vector<ListenAddress> addresses;
  std::thread::id starter = std::this_thread::get_id();
  std::string trouble;  // what civetweb said first to the thread that starts it: the cause
  std::unique_ptr<CivetServer> server;

  State(std::vector<Route> with_routes, WebEvents with_events, const Clock& with_clock, const WebLimits& with_limits)
      : routes(std::move(with_routes)), events(std::move(with_events)), clock(with_clock), limits(with_limits) {}

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
    int status = 500;
    try {
      answer(connection, info, route, response);
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
                                                    const WebLimits& limits) {
  // Debian's civetweb is built without IPv6 and says "invalid port spec".
  const auto v6 = std::find_if(addresses.begin(), addresses.end(), is_v6);
  if (v6 != addresses.end() && mg_check_feature(MG_FEATURES_IPV6) == 0) {
    return Error{Errc::invalid,
                 "cannot listen on " + to_string(*v6) +
                     ": the web server of this machine knows IPv4 only; use an address such as 127.0.0.1"};
  }
  auto state = std::make_unique<State>(std::move(routes), std::move(events), clock, limits);
  CivetCallbacks callbacks;
  callbacks.begin_request = &State::begin_request;
  callbacks.http_error = &State::http_error;
  callbacks.log_message = &State::log_message;
  try {
    state->server = std::make_unique<CivetServer>(civet_options(addresses, limits), &callbacks, state.get());
  } catch (const std::exception&) {
    return listen_error(addresses, state->trouble);
  }
  const std::vector<int> ports = state->server->getListeningPorts();
  state->addresses = addresses;
  for (std::size_t i = 0; i < std::min(ports.size(), addresses.size()); ++i) {
    state->addresses[i].port = static_cast<unsigned>(ports[i]);
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
  state_->server->close();
}

const std::vector<ListenAddress>& WebServer::addresses() const { return state_->addresses; }

}  // namespace taara
