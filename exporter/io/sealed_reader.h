// SPDX-License-Identifier: Apache-2.0
// The sealed secrets of a running program. Keeps the key of the file, so that scrypt runs once per file and not once
// per login; the secrets themselves are decrypted anew each time, and wiped. Not thread safe.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/config.h"
#include "io/secret_file.h"

namespace taara {

class SealedReader {
 public:
  // A file, or one of its master secrets, that has changed is opened anew: 64 MiB and 0.3 s for each master secret that
  // is tried. What couldn't be opened isn't tried again until something changes.
  [[nodiscard]] Result<Secret> read(const Sealed& sealed, const std::string& name);
  // Another one only when this very secret was sealed anew.
  [[nodiscard]] Result<SecretVersion> version(const Sealed& sealed, const std::string& name);
  [[nodiscard]] Result<std::vector<std::string>> names(const Sealed& sealed);

 private:
  Result<void> refresh(const Sealed& sealed);

  Sealed sealed_;
  std::string stamp_;  // of all files, when they were opened; empty: never
  Result<void> outcome_;
  Secret key_;
  std::vector<std::pair<std::string, Time>> sealed_times_;
};

}  // namespace taara
