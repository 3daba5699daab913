// SPDX-License-Identifier: Apache-2.0
// The machine's accounts, as far as they matter for who owns a file.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace taara {

struct SystemAccount {
  uid_t user = 0;
  gid_t group = 0;
};

// An account for a service (a number below 1000), not a person's.
[[nodiscard]] std::optional<SystemAccount> system_account(const std::string& name);

[[nodiscard]] bool are_root();
// Of the user that runs this; empty where none is known.
[[nodiscard]] std::string own_home();

}  // namespace taara
