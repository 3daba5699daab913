// SPDX-License-Identifier: Apache-2.0
// libcurl's multi interface behind a small face: many requests at once, one thread, no waiting but in step().
// Everything that can hurt is limited here: protocols, redirects (never followed), sizes, times, proxies, cookies.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/line_source.h"
#include "core/result.h"

namespace taara {

struct HttpLimits {
  milliseconds connect_timeout{10'000};
  milliseconds timeout{30'000};
};

struct HttpDone {
  std::uint64_t id = 0;
  HttpResult result;
  std::uint64_t bytes_sent = 0;  // on the wire as far as curl counts: headers and body
  std::uint64_t bytes_received = 0;
};

class Http {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Http>> create();
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // `now` turns a Retry-After date into a delay. A request that cannot even start is reported by the next step().
  std::uint64_t start(const HttpRequest& request, const HttpLimits& limits, Time now);
  // Drops a request; it is not reported.
  void cancel(std::uint64_t id);
  // Waits until something happens, wake() is called or `longest` has passed; returns what has finished.
  [[nodiscard]] std::vector<HttpDone> step(milliseconds longest);
  // From any thread, also from a signal-safe context it is not.
  void wake();
  [[nodiscard]] std::size_t under_way() const;

 private:
  struct State;
  explicit Http(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace taara
