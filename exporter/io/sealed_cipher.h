// SPDX-License-Identifier: Apache-2.0
// Seals and opens: AES-256-GCM with a key that scrypt makes of a master secret.
#pragma once

#include <string>
#include <string_view>

#include "io/sealed_format.h"

namespace taara {

// With fresh random salt and nonce.
[[nodiscard]] Result<SealedHeader> fresh_sealed_header(const SealingWork& work);

// Takes memory and time as the header says; the memory is given back before it returns.
[[nodiscard]] Result<Secret> derive_sealing_key(const Secret& master, const SealedHeader& header);

// The bytes of the whole file. A key must never seal twice with the same header.
[[nodiscard]] Result<std::string> seal(const SealedSecrets& secrets, SealedHeader header, const Secret& key);

// `header` is that of `file`. One and the same error for a wrong key and a changed file.
[[nodiscard]] Result<SealedSecrets> open_sealed(std::string_view file, const SealedHeader& header, const Secret& key);

}  // namespace taara
