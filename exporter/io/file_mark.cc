// SPDX-License-Identifier: Apache-2.0
#include "io/file_mark.h"

#include <sys/stat.h>

#include <algorithm>

namespace taara {
namespace {

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

FileMark mark_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

}  // namespace

std::vector<FileMark> marks_of(const std::vector<std::string>& paths) {
  std::vector<FileMark> marks(paths.size());
  std::transform(paths.begin(), paths.end(), marks.begin(), mark_of);
  return marks;
}

}  // namespace taara
