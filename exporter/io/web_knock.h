// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "core/config.h"
#include "core/time.h"

namespace taara {

// Whether somebody is at work behind a port of this machine where we listen: says something there and waits until
// anything comes back, an answer or a closed door. A port that only the system keeps open stays silent. True or false
// within `longest`, and false soon after `give_up` says so.
[[nodiscard]] bool somebody_answers(const ListenAddress& address, milliseconds longest, const Clock& clock,
                                    const std::function<bool()>& give_up);

}  // namespace taara
