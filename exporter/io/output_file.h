// SPDX-License-Identifier: Apache-2.0
// Where a command writes what it was asked for: stdout, or a file of its owner alone that appears when it is whole.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace taara {

class OutputFile {
 public:
  [[nodiscard]] static OutputFile to_stdout();
  // Written beside `path` and moved there by finish(); what is there stays until then. Errors: permission, invalid (a
  // directory, a device …), io.
  [[nodiscard]] static Result<OutputFile> create(const std::string& path);
  // An unfinished file goes.
  ~OutputFile();
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  [[nodiscard]] Result<void> write(std::string_view text);
  // On disk, under its name.
  [[nodiscard]] Result<void> finish();

 private:
  OutputFile(int fd, std::string path, std::string scratch)
      : fd_(fd), path_(std::move(path)), scratch_(std::move(scratch)) {}

  int fd_;
  std::string path_;     // empty: stdout
  std::string scratch_;  // empty: nothing to remove
};

}  // namespace taara
