// SPDX-License-Identifier: Apache-2.0
// Tells cheaply whether files have changed: by device, inode, size and times, without opening them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace taara {

struct FileMark {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = -1;  // -1: not there
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileMark&) const = default;
};

// One for each path, following links.
[[nodiscard]] std::vector<FileMark> marks_of(const std::vector<std::string>& paths);

}  // namespace taara
