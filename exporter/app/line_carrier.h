// SPDX-License-Identifier: Apache-2.0
// How requests to a line are carried: the limits of all, and the way of commands that talk to one line and end.
#pragma once

#include <functional>

#include "core/config.h"
#include "io/http.h"

namespace taara {

// What every request to this household's line keeps to.
[[nodiscard]] HttpLimits limits_of(const Household& household, const Polling& polling);

// Sends the request and waits for its answer. `stopped` is asked a few times a second; when it says yes the request is
// dropped, and the answer is a failure.
[[nodiscard]] HttpResult carry(Http& http, const HttpRequest& request, const HttpLimits& limits, Time now,
                               const std::function<bool()>& stopped);

}  // namespace taara
