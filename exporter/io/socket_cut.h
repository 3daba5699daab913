// SPDX-License-Identifier: Apache-2.0
// Cuts this process's own sockets that listen on, or were accepted at, given addresses: whoever waits on one wakes up.
#pragma once

#include <span>

#include "core/config.h"

namespace taara {

void cut_sockets_at(std::span<const ListenAddress> addresses);

}  // namespace taara
