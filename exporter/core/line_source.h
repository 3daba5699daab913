// SPDX-License-Identifier: Apache-2.0
// A conversation with one line, without a socket: a source says which request it wants next, is told how that went,
// and ends with an outcome. The poller (or a test, or `probe`) carries the requests. Not thread safe; one per
// household.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/reading.h"

namespace taara {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // values never hold CR or LF
  std::string body;
  bool is_login = false;  // carries credentials: counted, paced, and never sent again by a retry that saw an answer
};

struct HttpReply {
  int status = 0;
  std::string content_type;
  std::string body;                      // at most 1 MiB
  std::string location_host;             // host of a redirect's target, nothing else of it
  std::vector<std::string> set_cookies;  // "name=value" only, at most 10
  std::optional<seconds> retry_after;    // as sent, a date already turned into a delay; not yet clamped
  std::optional<seconds> age;            // how old a cache says the answer is
  std::optional<Time> date;              // the line's own clock
  milliseconds response_time{0};
};

struct HttpFailure {
  PollError kind = PollError::internal;  // dns, connect, tls, timeout, reset, truncated, too_large, not_json (not even
                                         // HTTP), internal
  std::string what;                      // for the log; no secret, no query string
  bool reached = false;                  // the request may have reached the line, so it counts as one
  milliseconds response_time{0};
};

using HttpResult = std::variant<HttpReply, HttpFailure>;

// What a whole poll came to.
struct PollOutcome {
  Reading reading;
  std::vector<Violation> violations;
  std::string detail;  // one sentence for the log when failed; no secret, no personal value
  std::string raw;     // the answer with personal fields removed, for the store; may be empty
  std::optional<seconds> retry_after;
  bool login_rejected = false;  // the line said that the credentials are wrong
};

using Step = std::variant<HttpRequest, PollOutcome>;

class LineSource {
 public:
  virtual ~LineSource() = default;
  // Starts a poll; a poll that is still open is forgotten. `may_log_in` false: without a session the poll ends in
  // failed(auth) instead of a login request.
  [[nodiscard]] virtual Step begin(Time now, bool may_log_in) = 0;
  // How the last request went; called once per request, after the retries of the transport.
  [[nodiscard]] virtual Step resume(const HttpResult& result, Time now) = 0;
  // What an answer says that the store has kept: the parser of live ones, without a request.
  [[nodiscard]] virtual PollOutcome read_again(const std::string& kept, Time answered) const = 0;
  // The request that ends the session, if there is one and the line has such a request. Forgets the session.
  [[nodiscard]] virtual std::optional<HttpRequest> log_out() = 0;
};

}  // namespace taara
