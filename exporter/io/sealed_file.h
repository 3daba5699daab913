// SPDX-License-Identifier: Apache-2.0
// A sealed file on disk: read, opened with one of several master secrets, written anew.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "io/sealed_cipher.h"
#include "io/sealed_file_writer.h"

namespace taara {

struct OpenedFile {
  SealedHeader header;
  Secret key;
  SealedSecrets secrets;
};

// The bytes, checked as a secret's file is: of root or ourselves, closed to others.
[[nodiscard]] Result<std::string> read_sealed_file(const std::string& path);
// The first master secret that fits opens it. Without any: the error of opening.
[[nodiscard]] Result<OpenedFile> open_sealed_file(const std::string& path, std::span<const Secret> masters);
// With a key that was derived before; an error where the file is another by now.
[[nodiscard]] Result<SealedSecrets> open_with_key(const std::string& path, const Secret& key);

// Seals under a new salt and nonce, writes it, reads it back and opens it.
[[nodiscard]] Result<void> write_sealed_file(SealedFileWriter& writer, const std::string& path,
                                             const SealedSecrets& secrets, const Secret& master,
                                             const SealingWork& work = {});

}  // namespace taara
