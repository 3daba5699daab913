// SPDX-License-Identifier: Apache-2.0
// Opens a file that must be a regular one, without ever waiting (a FIFO) or having an effect (a device), and reads it
// once, bounded.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace taara {

enum class Links { follow, refuse };  // whether the last part of the path may be a symbolic link

class RegularFile {
 public:
  // Errors: not_found, permission, invalid (a directory, a FIFO, a link …), io.
  [[nodiscard]] static Result<RegularFile> open(const std::string& path, Links links);
  RegularFile(RegularFile&& other) noexcept;
  RegularFile& operator=(RegularFile&&) = delete;
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;
  ~RegularFile();

  [[nodiscard]] const struct stat& status() const { return status_; }
  [[nodiscard]] int descriptor() const { return fd_; }
  [[nodiscard]] bool owned_by_root_or_us() const;
  // From where the last read ended until the buffer is full or the file ends; how much it was.
  [[nodiscard]] Result<std::size_t> read(std::span<char> buffer);

 private:
  RegularFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_;
  struct stat status_ {};
};

// "640": the permission bits as chmod takes them.
[[nodiscard]] std::string mode_text(mode_t mode);

}  // namespace taara
