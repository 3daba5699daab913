// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

namespace taara {

// Whether an open file carries an access control list by which only its owner, root and `us` may do anything. systemd
// passes credentials in this way: the group bits of the mode then are the list's mask and say nothing about the group.
[[nodiscard]] bool acl_admits_only(int descriptor, uid_t us);

}  // namespace taara
