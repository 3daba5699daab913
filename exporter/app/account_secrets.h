// SPDX-License-Identifier: Apache-2.0
// The secret of an account, wherever the configuration says that it is. Not thread safe.
#pragma once

#include "core/config.h"
#include "io/sealed_reader.h"

namespace taara {

class AccountSecrets {
 public:
  [[nodiscard]] Result<Secret> read(const Account& account) {
    return account.secret_file.empty() ? sealed_.read(account.sealed, account.sealed_name)
                                       : read_secret(account.secret_file);
  }
  [[nodiscard]] Result<SecretVersion> version(const Account& account) {
    return account.secret_file.empty() ? sealed_.version(account.sealed, account.sealed_name)
                                       : secret_version(account.secret_file);
  }

 private:
  SealedReader sealed_;
};

}  // namespace taara
