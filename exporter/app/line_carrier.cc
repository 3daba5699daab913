// SPDX-License-Identifier: Apache-2.0
#include "app/line_carrier.h"

#include <utility>

namespace taara {
namespace {

constexpr milliseconds kBetweenLooks{200};

}  // namespace

HttpLimits limits_of(const Household& household, const Polling& polling) {
  return {.connect_timeout = polling.connect_timeout, .timeout = polling.timeout, .ca_file = household.ca_file};
}

HttpResult carry(Http& http, const HttpRequest& request, const HttpLimits& limits, Time now,
                 const std::function<bool()>& stopped) {
  const auto id = http.start(request, limits, now);
  while (!stopped()) {
    for (HttpDone& done : http.step(kBetweenLooks))
      if (done.id == id) return std::move(done.result);
  }
  http.cancel(id);
  return HttpFailure{PollError::internal, "stopped by hand", false, milliseconds{0}};
}

}  // namespace taara
