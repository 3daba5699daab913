// SPDX-License-Identifier: Apache-2.0
// libcurl's multi interface behind a small face: many requests at once, one thread, no waiting but in step().
// Everything that can hurt is limited here: protocols, redirects (never followed), sizes, times, proxies, cookies.
// One thread owns an Http; only wake() may be called from others. The process must ignore SIGPIPE.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/line_source.h"
#include "core/result.h"

namespace taara {

struct HttpLimits {
  milliseconds connect_timeout{10'000};
  milliseconds timeout{30'000};
  seconds stall{10};                                  // this long under 100 bytes a second ends the request
  std::optional<std::string> ca_file = std::nullopt;  // PEM: the only certificates trusted; absent: the system's
};

struct HttpDone {
  std::uint64_t id = 0;
  HttpResult result;
  std::uint64_t bytes_sent = 0;  // on the wire as far as curl counts: headers and body
  std::uint64_t bytes_received = 0;
};

inline constexpr std::size_t kMaxReplyBody = 1'048'576;
inline constexpr std::size_t kMaxReplyHead = 65'536;

class Http {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Http>> create();
  // Drops what is under way, at once: a name that is just being looked up is left to its thread, not waited for.
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // `now` turns a Retry-After date into a delay. A request that cannot even start is reported by the next step().
  // Copies that are made of header values and body are wiped when the request ends.
  std::uint64_t start(const HttpRequest& request, const HttpLimits& limits, Time now);
  // Drops a request; it is not reported.
  void cancel(std::uint64_t id);
  // Waits until something happens, wake() is called or `longest` has passed; returns what has finished, often nothing.
  [[nodiscard]] std::vector<HttpDone> step(milliseconds longest);
  // Ends a step() that waits, or else the next one. Safe from any thread, but not from a signal handler.
  void wake();
  [[nodiscard]] std::size_t under_way() const;

 private:
  struct State;
  explicit Http(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace taara
