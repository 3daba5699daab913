// SPDX-License-Identifier: Apache-2.0
// Replaces a sealed file so that at every moment, whatever ends us, there is one that opens.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace taara {

// The only one that changes a file, as long as it lives.
class SealedFileWriter {
 public:
  // Errors: busy, not_found (the folder), permission, io.
  [[nodiscard]] static Result<SealedFileWriter> lock(const std::string& path);
  SealedFileWriter(SealedFileWriter&& other) noexcept;
  SealedFileWriter& operator=(SealedFileWriter&&) = delete;
  SealedFileWriter(const SealedFileWriter&) = delete;
  SealedFileWriter& operator=(const SealedFileWriter&) = delete;
  ~SealedFileWriter();

  // Puts `bytes` in the file's place, for the same owner. What was there stays beside it as FILE.old until `opens` has
  // found the new one good; else it comes back.
  [[nodiscard]] Result<void> write(std::string_view bytes, const std::function<Result<void>()>& opens);

 private:
  SealedFileWriter(std::string path, int folder);
  [[nodiscard]] Error failed(std::string_view what, int number) const;
  [[nodiscard]] Result<void> write_new(std::string_view bytes) const;

  std::string path_;
  std::string name_;  // within the folder
  int folder_;
};

}  // namespace taara
