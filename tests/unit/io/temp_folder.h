// SPDX-License-Identifier: Apache-2.0
// A folder of its own for one test, gone with it.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace taara {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "taara-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }
  [[nodiscard]] const std::string& path() const { return path_; }

  // Writes a file with exactly this mode, whatever the umask; gives its path.
  std::string file(std::string_view name, std::string_view content, mode_t mode = 0600) const {
    std::string full = path(name);
    std::ofstream(full, std::ios::binary) << content;
    if (::chmod(full.c_str(), mode) != 0) throw std::runtime_error("chmod " + full);
    return full;
  }

 private:
  std::string path_;
};

}  // namespace taara
