// SPDX-License-Identifier: Apache-2.0
// Carries the requests of commands that talk to one line and end.
#pragma once

#include <functional>

#include "core/config.h"
#include "io/http.h"

namespace taara {

// Sends the request and waits for its answer. `stopped` is asked a few times a second; when it says yes the request is
// dropped, and the answer is a failure.
[[nodiscard]] HttpResult carry(Http& http, const HttpRequest& request, const Polling& polling, Time now,
                               const std::function<bool()>& stopped);

}  // namespace taara
