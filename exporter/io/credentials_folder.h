// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/result.h"

namespace taara {

// Where systemd has put a credential of this service (LoadCredential=, LoadCredentialEncrypted=): the folder comes by
// $CREDENTIALS_DIRECTORY, the credential itself by file. Not found outside of such a service.
[[nodiscard]] Result<std::string> credential_path(const std::string& name);

}  // namespace taara
