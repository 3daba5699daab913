// SPDX-License-Identifier: Apache-2.0
// A folder that goes with the test, and reading and writing small files in it.
#pragma once

#include <filesystem>
#include <string>

namespace taara::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& path);
// Readable by its owner only.
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace taara::test
