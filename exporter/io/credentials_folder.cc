// SPDX-License-Identifier: Apache-2.0
#include "io/credentials_folder.h"

#include <cstdlib>

#include "core/in_quotes.h"

namespace taara {

Result<std::string> credential_path(const std::string& name) {
  const char* const folder = ::secure_getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder != '/')
    return Error{Errc::not_found, "credential " + in_quotes(name) +
                                      " needs a service of systemd that names it in LoadCredential= or "
                                      "LoadCredentialEncrypted=; $CREDENTIALS_DIRECTORY is not set here"};
  return std::string(folder) + "/" + name;
}

}  // namespace taara
